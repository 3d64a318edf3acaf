// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// An app whose secret is replaced again and again by programs that are killed, and what is true of it at the end.
///
/// It has one account. So nothing is under way while a commit is made, a kill there takes no answer with it, and no grant may be
/// lost.
struct KilledRotation: Sendable {
    /// What is in force before a rotation.
    struct Before: Sendable {
        let secret: String
        /// The account's tokens; nil where there is none.
        let token: String?
        let refreshToken: String?
    }

    /// What a rotation has come to.
    struct End: Sendable {
        /// Its steps, in the journal's order.
        let steps: [String]
        /// What is in force before the next one.
        let inForce: Before
    }

    static let account = "acme"
    static let administrator = "sandbox-administrator"

    let world: World
    let hands: Hands
    /// The app's path.
    let app: String
    private let commits: String
    /// The program that replaces a static secret.
    let replacing: ReplacingProgram?

    /// Runs a body with such an app.
    static func with<Result: Sendable>(
        _ hands: Hands, _ body: (KilledRotation) async throws -> Result
    ) async throws -> Result {
        let library = try #require(await Preload.commits.value)
        return try await World.with(
            hands.provider, accounts: hands.app == World.app ? [account] : [], movesTime: true
        ) { world in
            let clock = try #require(world.program.environment["LD_PRELOAD"])
            let rotation = KilledRotation(
                world: world, hands: hands, app: hands.app, commits: "\(clock):\(library)",
                replacing: hands == .program ? try ReplacingProgram.ofValues(oldValue, in: world.program.home) : nil)
            try await rotation.prepare()
            return try await body(rotation)
        }
    }

    // MARK: - What happens

    /// Has the sandbox's log, and what the program wrote down, begin anew.
    func begin() throws {
        world.sandbox.log.clear()
        try replacing?.forget()
    }

    /// Runs a program that dies right after its so many commits.
    func run(_ arguments: [String], pasted: String?, dyingAfter count: Int) async throws -> Finished {
        try await world.program.run(
            arguments + clientID(pasted), input: Self.input(pasted),
            environment: ["LD_PRELOAD": commits, "COFFER_CHAOS_COMMITS": String(count)])
    }

    /// Runs a program to its end, and does what a person is waited for with then.
    func run(_ arguments: [String], pasted: inout String?) async throws -> Finished {
        let end = try await world.program.run(arguments + clientID(pasted), input: Self.input(pasted))
        if end.status == .exited(82) { try await act(&pasted) }
        return end
    }

    /// Does what the rotation waits for: makes a secret, which is pasted from then on, or removes the old one.
    func act(_ pasted: inout String?) async throws {
        let awaits = try await report()["awaits"] as? [String: Any]
        let wanted = try #require(awaits?["wants"] as? String)
        // Of two integrations the first is the old one.
        let (sandbox, old) = (world.sandbox, integration)
        guard wanted == "secret" else {
            return hands.isAnew ? try sandbox.delete(old) : try sandbox.removeOldSecrets(of: old)
        }
        #expect(pasted == nil, "a secret that was made is asked for again")
        pasted =
            switch hands {
            case .personAnew, .personBeside:
                try sandbox.addAnew(old, keepingOld: hands == .personBeside).clientSecret
            case .personWithTwo: try sandbox.addSecret(to: old)
            case .keycloakWithTwo: try sandbox.addSecret(to: old, endingOlder: true)
            // The server's own can't be copied from a page.
            case .registration: try sandbox.replaceSecret(of: old)
            default: try sandbox.regenerateSecret(of: old)
            }
    }

    /// Resumes until the rotation is closed.
    func finish(_ pasted: inout String?) async throws {
        try world.outliveIntents()
        for _ in 0..<5 {
            let end = try await run(["rotate", "resume"], pasted: &pasted)
            // 66: none is open any more. What is proven without a kill is proven after one.
            if [.exited(hands.isAnew ? 83 : 0), .exited(66)].contains(end.status) { return }
            #expect(end.status == .exited(82), "\(end.errors)")
        }
    }

    /// The client id of what is pasted, where it is another than before.
    private func clientID(_ pasted: String?) -> [String] {
        guard hands.isAnew, let pasted else { return [] }
        return world.sandbox.integrations.filter { $0.clientSecret == pasted }.flatMap { ["--client-id", $0.clientID] }
    }

    private static func input(_ pasted: String?) -> Program.Input {
        guard let pasted else { return .nothing }
        return .text(pasted + "\n")
    }

    // MARK: - What is true

    /// The report of the newest rotation.
    func report() async throws -> [String: Any] {
        try await world.succeed("rotate", "show", "--json").json
    }

    /// The steps of the newest rotation, in the journal's order.
    func steps() async throws -> [String] {
        Self.stepNames(of: try await report())
    }

    /// The steps of a rotation's report.
    static func stepNames(of report: [String: Any]) -> [String] {
        (report["steps"] as? [[String: Any]] ?? []).compactMap { $0["step"] as? String }
    }

    /// The app at the provider: the first one, or the one that was registered; of two clients of one app the old one.
    var integration: Integration {
        let integrations = world.sandbox.integrations
        return hands == .registration ? integrations[integrations.count - 1] : integrations[0]
    }

    /// How often a program or a server was asked for a secret since the log began.
    var requestCount: Int {
        if let replacing { return replacing.requestCount }
        return world.sandbox.log.requests(for: hands.endpoint).count { hands.makesSecret($0) }
    }

    /// The secrets that the provider says it takes; the emulated vendors show the same ones, and Okta shows them whole.
    func secretsInForce() async throws -> [String] {
        if hands == .program { return try ReplacingProgram.held(in: world.program.home) }
        guard hands.provider == .strict else { return world.sandbox.integrations.map(\.clientSecret) }
        let path = "/administration/okta/api/v1/apps/\(integration.clientID)/credentials/secrets"
        let text = try await APIClient(world.sandbox).text(path, "Authorization", "SSWS \(Self.administrator)")
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(rows.allSatisfy { $0["status"] as? String == "ACTIVE" }, "one that is of no use is left")
        return rows.compactMap { $0["client_secret"] as? String }
    }
}
