// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import Synchronization
import Testing

@Suite struct `The driver of a static secret that is a program` {
    /// A program in memory: answers in order, and what it was asked.
    private final class ScriptedProgram: SecretProgram {
        let name = "program"
        let path = "main/hook"
        let keepsTwo = false
        private let answers: Mutex<[Result<Secret, ProgramFault>]>
        private let asked = Mutex<[String]>([])

        init(_ answers: Result<Secret, ProgramFault>...) { self.answers = Mutex(answers) }

        var documents: [String] { asked.withLock { $0 } }

        func run(_ document: Secret) async throws -> ProgramRun {
            asked.withLock { $0.append(document.withExposedText { String($0) }) }
            return ProgramRun(answers.withLock { $0.removeFirst() }, remarks: [])
        }
    }

    private static let rotation = RotationID(random: 7)

    private static func order(_ value: String = "made-up-old\n", mayHaveBeenSent: Bool = false) -> ValueOrder {
        ValueOrder(
            value: Secret(value), unwanted: [Secret("made-up-unwanted")], mayHaveBeenSent: mayHaveBeenSent,
            rotation: rotation)
    }

    private static func answer(_ result: String, _ value: String? = nil) -> Result<Secret, ProgramFault> {
        let member = value.map { #","value":"\#($0)""# } ?? ""
        return .success(Secret(#"{"version":1,"result":"\#(result)"\#(member)}"#))
    }

    @Test func `asks with the value, its path and what is unwanted, and nothing of an app`() async throws {
        let program = ScriptedProgram(Self.answer("made", "made-up-new"))
        let made = try await ValueCommandDriver(program).newValue(Self.order(), isSecond: false)
        #expect(made?.value == Secret("made-up-new"))
        #expect(made?.evidence == "the program program gave a new value")
        #expect(
            program.documents == [
                #"{"version":1,"operation":"replace","subject":"value","path":"main/hook","rotation":"\#(Self.rotation)","#
                    + #""attempt":1,"may_have_been_sent":false,"value":"made-up-old\u000a","#
                    + #""unwanted_values":["made-up-unwanted"]}"#
            ])
    }

    @Test func `looks for a lost one, and takes none that was there before`() async throws {
        let program = ScriptedProgram(
            // Shown by a source that has made none since.
            Self.answer("held", "made-up-old"), Self.answer("made", "made-up-new"))
        let made = try await ValueCommandDriver(program).newValue(Self.order(mayHaveBeenSent: true), isSecond: true)
        #expect(made?.value == Secret("made-up-new"))
        #expect(program.documents[0].contains(#""operation":"inspect""#))
        #expect(program.documents[1].contains(#""operation":"add""#))
        let found = ScriptedProgram(Self.answer("held", "made-up-found"))
        let taken = try await ValueCommandDriver(found).newValue(Self.order(mayHaveBeenSent: true), isSecond: true)
        #expect(taken?.evidence.contains("whose answer was lost") == true)
    }

    @Test(arguments: ["", "made-up-old", "made-up-old\\n", "made-up-unwanted", "made-up-\\u001b[31m"])
    func `refuses a value that is none to go on with, and repeats nothing of it`(value: String) async throws {
        let program = ScriptedProgram(Self.answer("made", value))
        do {
            _ = try await ValueCommandDriver(program).newValue(Self.order(), isSecond: false)
            Issue.record("taken: \(value)")
        } catch let error as OAuthError {
            #expect(error.code == .nonsense)
            #expect(error.message.hasPrefix("program, the program that replaces the value of main/hook, "))
            #expect(!error.message.contains("made-up"))
        }
    }

    @Test func `takes a key of several lines`() async throws {
        let program = ScriptedProgram(Self.answer("made", "made-up\\n\\tkey\\r\\n"))
        let made = try await ValueCommandDriver(program).newValue(Self.order(), isSecond: false)
        #expect(made?.value == Secret("made-up\n\tkey\r\n"))
    }

    @Test func `takes no answer for an app's, and leaves to a person what the program can't do`() async throws {
        let confused = ScriptedProgram(
            .success(Secret(#"{"version":1,"result":"made","client_secret":"made-up-new"}"#)))
        await #expect(throws: OAuthError(.nonsense, "")) {
            try await ValueCommandDriver(confused).newValue(Self.order(), isSecond: false)
        }
        let unable = ScriptedProgram(Self.answer("operator"), Self.answer("operator"))
        let driver = ValueCommandDriver(unable)
        #expect(try await driver.newValue(Self.order(), isSecond: false) == nil)
        #expect(try await driver.remove(Secret("made-up-old"), Self.order("made-up-new")) == nil)
        #expect(unable.documents[1].contains(#""value":"made-up-new","old_value":"made-up-old"}"#))
    }

    @Test func `tells a program nothing that no JSON can hold`() async throws {
        let program = ScriptedProgram()
        let order = ValueOrder(value: Secret(bytes: [0xFF, 0xFE]), rotation: Self.rotation)
        await #expect(throws: OAuthError(.configuration, "")) {
            try await ValueCommandDriver(program).newValue(order, isSecond: false)
        }
        guard case .unknown = try await ValueCommandDriver(program).verdict(on: Secret("made-up-new"), order) else {
            Issue.record("a verdict from nowhere")
            return
        }
        #expect(program.documents.isEmpty)
    }

    @Test func `has its word on a value, and none from a run that failed`() async throws {
        let failed = Result<Secret, ProgramFault>.failure(ProgramFault(.indeterminate, "ended with status 3"))
        let program = ScriptedProgram(
            Self.answer("accepted"), Self.answer("refused"), Self.answer("unknown"), failed, Self.answer("made", "x"))
        let driver = ValueCommandDriver(program)
        var verdicts: [ProbeVerdict] = []
        for _ in 0..<5 { verdicts.append(try await driver.verdict(on: Secret("made-up-new"), Self.order())) }
        #expect(verdicts[0] == .accepted(evidence: "the program program says that it is accepted"))
        #expect(verdicts[1] == .refused(evidence: "the program program says that it is refused"))
        #expect(verdicts[2] == .unknown(evidence: "the program program can't tell"))
        #expect(verdicts[3].evidence.contains("ended with status 3"))
        guard case .unknown = verdicts[4] else {
            Issue.record("\(verdicts[4])")
            return
        }
        #expect(program.documents.allSatisfy { $0.contains(#""candidate":"made-up-new""#) })
    }
}
