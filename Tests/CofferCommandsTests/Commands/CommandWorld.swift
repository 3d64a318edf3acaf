// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth
import Foundation

@testable import CofferCommands

/// A home folder with nothing in it, in which whole command lines are run with a test's effects.
final class CommandWorld: Sendable {
    /// What a command line did.
    struct Outcome: Sendable {
        /// How it ended.
        let status: ExitStatus
        /// Standard output.
        let bytes: [UInt8]
        /// Standard error.
        let errors: String

        /// Standard output as text.
        var output: String { String(decoding: bytes, as: UTF8.self) }

        /// Standard output as a JSON object.
        var object: [String: Any] { Self.object(output) }

        /// The error's object on standard error.
        var error: [String: Any] { Self.object(errors)["error"] as? [String: Any] ?? [:] }

        private static func object(_ text: String) -> [String: Any] {
            let value = try? JSONSerialization.jsonObject(with: Data(text.utf8))
            return value as? [String: Any] ?? [:]
        }
    }

    /// The home folder.
    let home: String

    /// What answers requests.
    private let transport: any HTTPTransport

    /// Makes the folder.
    init(_ transport: any HTTPTransport = UnreachableTransport()) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coffer-commands-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        home = folder.path
        self.transport = transport
    }

    deinit { try? FileManager.default.removeItem(atPath: home) }

    /// Runs a command line.
    ///
    /// - Parameters:
    ///   - line: what follows the program's name, separated by spaces.
    ///   - input: standard input, which is a pipe.
    ///   - output: standard output; recorded unless given.
    ///   - adjust: changes the context.
    /// - Returns: what it did.
    func run(
        _ line: String, input: [UInt8] = [], output: (any OutputDevice)? = nil,
        adjust: (inout CommandContext) -> Void = { _ in }
    ) async -> Outcome {
        let pipe = InputPipe(input)
        let (bytes, errors) = (RecordedBytes(), RecordedOutput())
        var context = CommandContext.test(
            input: InputDescriptor(pipe.readEnd), output: output ?? bytes, errors: errors, environment: ["HOME": home],
            now: Date())
        let transport = transport
        context.network = { CommandNetwork(transport: transport, shutdown: {}) }
        adjust(&context)
        let arguments = line.split(separator: " ").map(String.init)
        let status = await CommandContext.$current.withValue(context) { await CofferProgram.run(arguments) }
        return Outcome(status: status, bytes: bytes.bytes, errors: errors.text)
    }

    /// Runs a command line with a text on standard input.
    func run(_ line: String, typing text: String) async -> Outcome {
        await run(line, input: Array(text.utf8))
    }
}

/// A network without anybody in it.
struct UnreachableTransport: HTTPTransport {
    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        .notSent(TransportFailure(.connection, "\(request.destination.url.host) refused the connection."))
    }
}
