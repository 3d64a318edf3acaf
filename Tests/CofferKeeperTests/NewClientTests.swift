// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// Some providers give another client id with the new secret, as Bitrix24 to a local application that is added anew.
@Suite struct `A rotation that brings another client id` {
    static let app = DescribedWorld.app
    static let path = DescribedWorld.path
    static let second = "made-up-second-secret"
    static let third = "made-up-third-secret"
    static let nobody = ScriptedOperator(isPresent: false, [])

    static func with(_ body: (Keeper, MovableTime, ManyClientServer) async throws -> Void) async throws {
        let server = ManyClientServer()
        try await DescribedWorld.with([], over: server, ManyClientServer.describe) { try await body($0, $1, server) }
    }

    static func record(_ keeper: Keeper) async throws -> AppRecord {
        try await keeper.appRecord(above: path).record
    }

    static func state(_ keeper: Keeper) async throws -> String? { try await keeper.status().first?.state }

    /// Connects the account again, to a client.
    static func connect(
        _ keeper: Keeper, _ server: ManyClientServer, to client: String, at now: Date
    ) async throws {
        server.grant("r-again", to: client)
        try await DescribedWorld.connect(keeper, accessToken: "again", refreshToken: "r-again", at: now)
    }

    /// Runs until an event of this name is written, as a process that ends there.
    static func run(
        _ id: RotationID, until name: String, _ keeper: Keeper, _ person: some RotationOperator
    ) async throws {
        let run = Task {
            try await keeper.resumeRotation(id, operator: person) { progress in
                if case .recorded(let event, _, _) = progress, event.fact.name == name {
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
        }
        await #expect(throws: CancellationError.self) { try await run.value }
    }

    /// What it comes to, however it got there.
    static func expectEnd(
        _ keeper: Keeper, _ report: RotationReport, _ server: ManyClientServer, secret: String = Self.second
    ) async throws {
        #expect(report.state == .closed, "\(report.text)")
        #expect(report.oldSecretProof?.result == .proven, "\(report.text)")
        let record = try await record(keeper)
        #expect(record.registration?.clientID == "client-2" && record.displayClientID == "client-2")
        #expect(record.registration?.clientSecret == Secret(secret))
        #expect(record.pendingSecret == nil && record.pendingClientID == nil)
        #expect(record.retiredSecret == nil && record.retiredClientID == nil && record.unwanted.isEmpty)
        #expect(record.frozenBy == nil && record.clientEpoch == record.secretEpoch)
        // Each secret is asked about with its own id, and no refresh token goes anywhere.
        #expect(Set(server.probes.map(\.client)) == [["client-1", "secret"], ["client-2", secret]])
        #expect(server.refreshes.isEmpty)
        #expect(report.connections.map(\.outcome) == [.needsPerson])
        #expect(report.connections.first?.reason?.contains("client id has changed") == true, "\(report.text)")
        #expect(try await state(keeper) == "needs_reauthorization")
    }

    @Test func `puts both in force, and leaves each account to a person without presenting its token`() async throws {
        try await Self.with { keeper, time, server in
            let id = try await keeper.openRotation(of: Self.app)
            let report = try await keeper.resumeRotation(id, operator: AddingOperator(server: server))
            try await Self.expectEnd(keeper, report, server)
            #expect(report.steps.contains { $0.detail?.hasSuffix("with the client id client-2") == true })
            let links = try await keeper.loginLinks(of: report)
            #expect(links.map(\.path) == [Self.path])
            #expect(links.first?.url?.contains("client_id=client-2") == true)
            // Nothing is sent afterwards either, forced or not.
            time.advance(by: 7200)
            _ = try await keeper.refresh(.forced(Self.path))
            _ = try? await keeper.token(Self.path)
            #expect(server.refreshes.isEmpty)

            try await Self.connect(keeper, server, to: "client-2", at: time.now)
            #expect(try await keeper.refresh(.forced(Self.path)).first?.outcome == .refreshed)
            #expect(server.refreshes.map(\.clientID) == ["client-2"])
            #expect(try await Self.state(keeper) == "active")
            let connection = try ConnectionRecord(try await keeper.entry(Self.path, .connection))
            #expect(connection.previousRefreshToken == Secret("r-again"))
            #expect(!server.others.contains("r-1"))
        }
    }

    @Test(arguments: ["pending_sealed", "pending_probed", "switched", "old_secret_probed", "reissued"])
    func `that ends anywhere is resumed to the same end by nobody in particular`(event: String) async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            try await Self.run(id, until: event, keeper, AddingOperator(server: server))
            let report = try await keeper.resumeRotation(id, operator: Self.nobody)
            try await Self.expectEnd(keeper, report, server)
        }
    }

    @Test func `presents no token between the change and the look at each account`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            try await Self.run(id, until: "switched", keeper, AddingOperator(server: server))
            let line = try await keeper.refresh(.forced(Self.path)).first
            #expect((line?.failure as? OAuthError)?.code == .needsReauthorization)
            #expect(server.refreshes.isEmpty)
            #expect(try await Self.state(keeper) == "needs_reauthorization")
            try await Self.expectEnd(
                keeper, try await keeper.resumeRotation(id, operator: Self.nobody), server)
        }
    }

    @Test func `and was sealed before the journal heard of it asks nobody again`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            #expect(try await keeper.resumeRotation(id, operator: Self.nobody).state == .awaitingOperator)
            let events = try await VaultRotationJournal(vault: keeper.vault, app: Self.app).events(of: id)
            let plan = try RotationMachine(folding: events).plan
            server.delete("client-1")
            server.add("client-2", Self.second)
            let sealed = try await KeeperRotationSteps(keeper: keeper)
                .accept(Secret(Self.second), clientID: "client-2", plan)
            #expect(sealed == "client-2")
            let record = try await Self.record(keeper)
            #expect(record.pendingClientID == "client-2" && record.registration?.clientID == "client-1")
            let report = try await keeper.resumeRotation(id, operator: Self.nobody)
            try await Self.expectEnd(keeper, report, server)
        }
    }

    @Test(arguments: ["two words", "", "tab\tin", "made-up-second-secret"])
    func `refuses what can't be one, and writes nothing`(id: String) async throws {
        try await Self.with { keeper, _, server in
            let rotation = try await keeper.openRotation(of: Self.app)
            _ = try await keeper.resumeRotation(rotation, operator: Self.nobody)
            let before = try await keeper.entry(Self.app, .app)
            await #expect(throws: RotationError(.unusableClientID, "")) {
                try await keeper.resumeRotation(rotation, operator: AddingOperator(server: server, id: id))
            }
            #expect(try await keeper.entry(Self.app, .app).version == before.version)
            #expect(server.probes.isEmpty && server.refreshes.isEmpty)
        }
    }

    @Test func `is refused beforehand where a program replaces the secret, or there is no client`() async throws {
        try await Self.with { keeper, _, _ in
            try await keeper.requireClientIDMayChange(of: Self.app)
            let credential = KeeperWorld.path("main/admin-token")
            try await keeper.put(credential, Secret("made-up-token"))
            await #expect(throws: KeeperError(.usage, "")) {
                try await keeper.requireClientIDMayChange(of: credential)
            }
            _ = try await keeper.setAPI(of: Self.app, "auth0", at: "https://tenant.example", credential: credential)
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.requireClientIDMayChange(of: Self.app) }
        }
    }

    @Test func `with the id that is there is one without`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            let person = AddingOperator(server: server, id: "client-1", deletes: nil)
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
            #expect(!report.steps.contains { $0.detail?.contains("with the client id") == true })
            let record = try await Self.record(keeper)
            #expect(record.clientEpoch == 0 && record.registration?.clientSecret == Secret(Self.second))
            #expect(server.refreshes.map(\.client) == [["client-1", Self.second]])
            #expect(try await Self.state(keeper) == "active")
        }
    }

    @Test func `is not taken for unchanged where nobody says so`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            _ = try await keeper.resumeRotation(id, operator: Self.nobody)
            let before = try await keeper.entry(Self.app, .app)
            do {
                _ = try await keeper.resumeRotation(id, operator: TellingOperator(id: nil, secret: Self.second))
                Issue.record("a secret without an id was taken")
            } catch let error as RotationError {
                #expect(error.code == .unusableClientID && error.message.contains("--client-id"), "\(error)")
                #expect(error.message.hasSuffix("the old one, client-1"), "\(error)")
            }
            #expect(try await keeper.entry(Self.app, .app).version == before.version)
            #expect(server.probes.isEmpty && server.refreshes.isEmpty)
        }
    }

    @Test func `is offered again where the provider refused the pair`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            let mistyped = AddingOperator(server: server, id: "client-2", secret: Self.third, adds: false)
            let first = try await keeper.resumeRotation(id, operator: mistyped)
            #expect(first.state == .awaitingOperator, "\(first.text)")
            server.add("client-2", Self.second)
            let report = try await keeper.resumeRotation(
                id, operator: TellingOperator(id: nil, secret: Self.second))
            #expect(report.state == .closed, "\(report.text)")
            #expect(try await Self.record(keeper).registration?.clientID == "client-2")
        }
    }

    @Test func `takes the secret again that was refused with the old id`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            let wrong = AddingOperator(server: server, id: "client-1", adds: false)
            let first = try await keeper.resumeRotation(id, operator: wrong)
            #expect(first.state == .awaitingOperator, "\(first.text)")
            server.add("client-2", Self.second)
            // With the old id it is the value that was refused.
            await #expect(throws: RotationError(.unusableSecret, "")) {
                try await keeper.resumeRotation(id, operator: TellingOperator(id: "client-1", secret: Self.second))
            }
            let person = TellingOperator(id: "client-2", secret: Self.second)
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed, "\(report.text)")
            #expect(try await Self.record(keeper).registration?.clientID == "client-2")
            #expect(server.refreshes.isEmpty)
        }
    }

    @Test func `says which client is still there`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            let stopped = try await keeper.resumeRotation(id, operator: AddingOperator(server: server, deletes: nil))
            #expect(stopped.state == .stopped, "\(stopped.text)")
            #expect(stopped.openItems.first?.contains("client_id client-1") == true, "\(stopped.openItems)")
            #expect(stopped.oldSecretProof?.clientID == "client-1")
            #expect(stopped.oldSecretProof?.evidence.hasPrefix("with the client id client-1: ") == true)
            server.delete("client-1")
            try await Self.expectEnd(
                keeper, try await keeper.resumeRotation(id, operator: Self.nobody), server)
        }
    }

    @Test func `and was given up has its secret asked about with its own id`() async throws {
        try await Self.with { keeper, _, server in
            let first = try await keeper.openRotation(of: Self.app)
            try await Self.run(first, until: "pending_sealed", keeper, AddingOperator(server: server))
            let next = try await keeper.openRotation(of: Self.app, isForced: true)
            let unwanted = UnwantedSecret(secret: Secret(Self.second), clientID: "client-2")
            #expect(try await Self.record(keeper).unwanted == [unwanted])
            // No driver takes it for one of the client that it asks about.
            #expect(try await Self.record(keeper).ownUnwanted.isEmpty)
            let person = AddingOperator(server: server, id: "client-3", secret: Self.third, deletes: "client-2")
            let report = try await keeper.resumeRotation(next, operator: person)
            #expect(report.state == .closed && report.oldSecretProof?.result == .proven, "\(report.text)")
            #expect(
                Set(server.probes.map(\.client))
                    == [["client-1", "secret"], ["client-2", Self.second], ["client-3", Self.third]])
            #expect(try await Self.record(keeper).registration?.clientID == "client-3")
            #expect(server.refreshes.isEmpty)
        }
    }

    // MARK: - What was begun with the old id

    @Test func `has what a person granted to the old one exchanged by nobody`() async throws {
        try await Self.with { keeper, time, server in
            let attempt = try AuthorizationAttempt(try await keeper.registration(forConnecting: Self.path))
            let state = try #require(attempt.state).withExposedText { $0 }
            let code = try CallbackParser(attempt).parse("https://client.example/cb?code=made-up-code&state=\(state)")
            let (record, entry) = try await keeper.appRecord(above: Self.path)
            let waiting = try await keeper.park(
                ConnectionAnswer(
                    tokens: IssuedTokens(
                        accessToken: Secret("made-up-waiting"), refreshToken: Secret("r-waiting"),
                        expiresAt: time.now.addingTimeInterval(3600)),
                    registration: try await keeper.registration(forConnecting: Self.path), askedAt: time.now,
                    secretEpoch: record.secretEpoch, appID: entry.id), at: Self.path)
            let id = try await keeper.openRotation(of: Self.app)
            _ = try await keeper.resumeRotation(id, operator: AddingOperator(server: server))
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.finishConnecting(Self.path, with: code) }
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.confirm(waiting) }
            #expect(!server.others.contains("/token") && server.refreshes.isEmpty)
            #expect(try await Self.state(keeper) == "needs_reauthorization")
        }
    }

    @Test func `claims no death of a secret whose client nobody knows any more`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            _ = try await keeper.resumeRotation(id, operator: AddingOperator(server: server))
            var step = LeakStep(action: .ask, subject: Self.app.description, because: "made up")
            step.field = "client_secret"
            #expect(try await keeper.askAboutLeaked(Secret("secret"), step).result == .unproven)
        }
    }

    @Test func `is told to take the two questions, and no request for an account`() async throws {
        let describe = { (provider: inout ProviderDescription) in
            ManyClientServer.describe(&provider)
            provider.rateLimit = RateLimit(amount: 1, interval: .seconds(1), burst: 1, scope: .sourceAddress)
        }
        try await DescribedWorld.with([], over: ManyClientServer(), describe) { keeper, _ in
            let preview = try await keeper.previewRotation(of: Self.app)
            #expect(preview.estimatedSeconds == 1)
        }
    }
}

/// An operator who has both already.
struct TellingOperator: RotationOperator {
    let id: String?
    let secret: String

    func isPresent() async -> Bool { true }
    func readyToClick(_ request: OperatorRequest) async throws -> Bool { true }
    func newClientID(_ request: OperatorRequest, offered: String?, problem: String?) async throws -> String? {
        id ?? offered
    }
    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? { Secret(secret) }
    func hasRemoved(_ request: OperatorRequest) async throws -> Bool { false }
}
