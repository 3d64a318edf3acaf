// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import Synchronization
import Testing

@Suite struct `The driver that is a program` {
    /// A program in memory: answers in order, and what it was asked.
    private final class ScriptedProgram: SecretProgram {
        let name = "program"
        let path = "main/crm"
        let keepsTwo: Bool
        private let answers: Mutex<[Result<Secret, ProgramFault>]>
        private let asked = Mutex<[String]>([])

        init(_ answers: [String], keepsTwo: Bool = false) {
            self.keepsTwo = keepsTwo
            self.answers = Mutex(answers.map { .success(Secret($0)) })
        }

        var operations: [String] {
            asked.withLock {
                $0.compactMap { text in text.firstMatch(of: /"operation":"([a-z]+)"/).map { String($0.1) } }
            }
        }

        func run(_ document: Secret) async throws -> ProgramRun {
            asked.withLock { $0.append(document.withExposedText { String($0) }) }
            return ProgramRun(answers.withLock { $0.removeFirst() }, remarks: ["a remark"])
        }
    }

    private static let registration = ClientRegistration(
        provider: .example(.operator(.generic)), clientID: "id-1", clientSecret: Secret("made-up-old"))
    private static let rotation = RotationID(random: 7)

    private static func table(_ program: (any SecretProgram)?) -> DriverTable {
        DriverTable(RegistrationClient(transport: RegistrationServer()), program: program)
    }

    private static func order(mayHaveBeenSent: Bool = false, unwanted: [Secret] = []) -> ReplacementOrder {
        ReplacementOrder(
            registration: registration, mayHaveBeenSent: mayHaveBeenSent, unwanted: unwanted, rotation: rotation)
    }

    @Test func `is chosen where this machine has a program, before what the provider has`() throws {
        #expect(DriverTable.name(for: Self.registration, hasProgram: true) == "command")
        let registered = `The table of drivers`.registration(.rfc7592)
        #expect(DriverTable.name(for: registered, hasProgram: true) == "command")
        #expect(try Self.table(ScriptedProgram([])).driver(named: "command", for: registered) is CommandDriver)
    }

    @Test func `is refused where this machine has none`() {
        #expect(throws: OAuthError(.configuration, "")) {
            try Self.table(nil).driver(named: "command", for: Self.registration)
        }
    }

    @Test func `takes no secret that an earlier rotation left`() async throws {
        let made = #"{"version":1,"result":"made","client_secret":"made-up-left"}"#
        let driver = try Self.table(ScriptedProgram([made])).driver(named: "command", for: Self.registration)
        await #expect(throws: OAuthError(.nonsense, "")) {
            try await driver.replaceSecret(Self.order(unwanted: [Secret("made-up-left")])) { _ in }
        }
    }

    @Test func `says by its setting whether there can be two secrets`() throws {
        for keepsTwo in [true, false] {
            let program = ScriptedProgram([], keepsTwo: keepsTwo)
            let driver = try Self.table(program).driver(named: "command", for: Self.registration)
            #expect(driver.overlaps(Self.registration) == keepsTwo)
        }
    }

    @Test func `looks before it adds another, and leaves a removal to a person who can`() async throws {
        let program = ScriptedProgram(
            [
                #"{"version":1,"result":"absent"}"#,
                #"{"version":1,"result":"made","client_secret":"made-up-new"}"#,
                #"{"version":1,"result":"operator"}"#,
            ], keepsTwo: true)
        let driver = try Self.table(program).driver(named: "command", for: Self.registration)
        let added = try await driver.addSecret(Self.order(mayHaveBeenSent: true)) { _ in }
        #expect(added == .replaced(Secret("made-up-new"), evidence: "the program program gave a new client_secret"))
        let removal = RemovalOrder(
            registration: Self.registration, old: Secret("made-up-older"), rotation: Self.rotation)
        guard case .needsOperator(let request) = try await driver.removeSecret(removal) else {
            Issue.record("removed by nobody")
            return
        }
        #expect(request.title.hasPrefix("Remove the old client secret"))
        #expect(program.operations == ["inspect", "add", "remove"])
    }

    @Test(arguments: [false, true])
    func `hands over to a person who is told to look first`(mayHaveBeenSent: Bool) async throws {
        let driver = HandedOverDriver(DriverTable.person(for: Self.registration))
        let order = Self.order(mayHaveBeenSent: mayHaveBeenSent)
        guard case .needsOperator(let request) = try await driver.replaceSecret(order, keep: { _ in }) else {
            Issue.record("a secret from nowhere")
            return
        }
        #expect(request.steps.first?.contains("look for one first") == mayHaveBeenSent)
    }
}
