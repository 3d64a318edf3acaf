// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferCommands

@Suite("SecretInput") struct SecretInputTests {
    /// Reads from a pipe.
    private func reading<R>(
        _ bytes: [UInt8], _ body: (SecretInput) async throws -> R
    ) async throws -> R {
        let pipe = InputPipe(bytes)
        defer { withExtendedLifetime(pipe) {} }
        return try await body(SecretInput(.test(input: InputDescriptor(pipe.readEnd))))
    }

    /// The error of reading from a pipe.
    private func failure<R: Sendable>(
        _ bytes: [UInt8], _ body: (SecretInput) async throws -> R
    ) async throws -> CommandError? {
        await #expect(throws: CommandError.self) { _ = try await reading(bytes, body) }
    }

    @Test(arguments: [
        ("secret", "secret"), ("secret\n", "secret"), ("secret\r\n", "secret"), (" sec ret \n", " sec ret "),
        ("sécret", "sécret"),
    ])
    func `a text loses the one line break that ends it, and nothing else`(given: String, taken: String) async throws {
        #expect(try await reading(Array(given.utf8)) { try await $0.text("client_secret") } == Secret(taken))
    }

    @Test(arguments: ["", "\n", "\r\n"])
    func `an empty text is refused as usage`(given: String) async throws {
        let error = try await failure(Array(given.utf8)) { try await $0.text("client_secret") }
        #expect(error?.code == "input_empty")
        #expect(error?.status == .usage)
        #expect(error?.message.contains("client_secret") == true)
    }

    @Test(arguments: [
        "marker\nmarker", "marker\n\n", "\nmarker\n", "mar\tker", "mar\u{0}ker", "mar\rker", "mar\u{85}ker",
    ])
    func `a text of several lines or with control characters is refused, and not repeated`(given: String) async throws {
        let error = try await failure(Array(given.utf8)) { try await $0.text("client_secret") }
        #expect(error?.code == "input_not_text")
        #expect(error?.status == .damaged)
        #expect(error.map { "\($0)" }?.contains("ker") == false)
    }

    @Test func `bytes that are no UTF-8 are no text`() async throws {
        let error = try await failure([0x61, 0xFF]) { try await $0.text("client_secret") }
        #expect(error?.code == "input_not_text")
    }

    @Test func `a text may have 64 KiB and not a byte more`() async throws {
        let longest = [UInt8](repeating: 0x61, count: SecretInput.largestText)
        #expect(try await reading(longest) { try await $0.text("token") }.byteCount == 65_536)
        let error = try await failure(longest + [0x61]) { try await $0.text("token") }
        #expect(error?.code == "input_too_large")
        #expect(error?.status == .damaged)
    }

    @Test func `two secrets stand on two lines`() async throws {
        let secrets = try await reading(Array("one\ntwo\n".utf8)) { try await $0.texts(["id", "secret"]) }
        #expect(secrets == [Secret("one"), Secret("two")])
    }

    @Test(arguments: [("one\n", "secret"), ("", "id"), ("one\n\n", "secret"), ("\ntwo\n", "id")])
    func `of two secrets the missing one is named`(given: String, missing: String) async throws {
        let error = try await failure(Array(given.utf8)) { try await $0.texts(["id", "secret"]) }
        #expect(error?.code == "input_empty")
        #expect(error?.message.contains(missing) == true)
    }

    @Test func `a third line is refused where two secrets are wanted`() async throws {
        let error = try await failure(Array("a\nb\nc\n".utf8)) { try await $0.texts(["id", "secret"]) }
        #expect(error?.code == "input_not_text")
    }

    @Test(arguments: [1, 4_096, 65_537, 1_048_576])
    func `a value is kept byte for byte up to 1 MiB`(count: Int) async throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 10) }
        #expect(try await reading(bytes) { try await $0.bytes("value") } == Secret(bytes: bytes))
    }

    @Test func `a value of more than 1 MiB is refused, an empty one too`() async throws {
        let large = try await failure([UInt8](repeating: 0, count: 1_048_577)) { try await $0.bytes("value") }
        #expect(large?.code == "input_too_large")
        let empty = try await failure([]) { try await $0.bytes("value") }
        #expect(empty?.code == "input_empty")
    }

    @Test func `another descriptor is read instead of standard input`() async throws {
        let (input, other) = (InputPipe("wrong"), InputPipe("right\n"))
        let context = CommandContext.test(input: InputDescriptor(input.readEnd))
        #expect(try await SecretInput(context, descriptor: other.readEnd).text("token") == Secret("right"))
        withExtendedLifetime((input, other)) {}
    }

    @Test func `a descriptor that is not open is an error of usage`() async throws {
        let error = await #expect(throws: CommandError.self) {
            try await SecretInput(.test(), descriptor: 987_654).text("token")
        }
        #expect(error?.status == .usage)
        #expect(error?.message.contains("987654") == true)
    }

    @Test func `an input that does not end is given up at the deadline`() async throws {
        let pipe = InputPipe("half", isLeftOpen: true)
        let context = CommandContext.test(input: InputDescriptor(pipe.readEnd))
        let error = await #expect(throws: CommandError.self) {
            try await SecretInput(context, deadline: .zero).text("token")
        }
        #expect(error?.code == "no_answer")
        withExtendedLifetime(pipe) {}
    }

    @Test func `a cancelled task stops waiting for input`() async throws {
        let pipe = InputPipe("", isLeftOpen: true)
        let task = Task { try await SecretInput(.test(input: InputDescriptor(pipe.readEnd))).text("token") }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        withExtendedLifetime(pipe) {}
    }

    @Test func `where a person types on standard input, the terminal asks, hidden`() async throws {
        let pseudo = try PseudoTerminal()
        let terminal = ScriptedTerminal("the id", "the secret", "the value")
        let input = SecretInput(.test(terminal: terminal, input: InputDescriptor(pseudo.descriptor)))
        #expect(try await input.texts(["id", "secret"]) == [Secret("the id"), Secret("the secret")])
        #expect(try await input.bytes("value") == Secret("the value"))
        #expect(terminal.questions.map(\.isHidden) == [true, true, true])
        #expect(terminal.questions.map(\.text) == ["id", "secret", "value"].map { "\($0) (not shown):" })
    }
}
