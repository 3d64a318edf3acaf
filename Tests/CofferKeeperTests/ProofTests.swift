// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `A connection whose tokens are bound to a key` {
    private static let app = KeeperWorld.path("main/as")
    private static let path = KeeperWorld.path("main/as/one")
    private static let url = "https://api.example/me?page=2#top"

    /// A vault with one such connection, opened anew for each keeper.
    private static func with(
        _ body: (BindingServer, MovableTime, () async throws -> Keeper) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "coffer-keeper-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (server, time) = (BindingServer(), MovableTime())
        let location = VaultLocation(vaultPath: "\(folder)/vault.db", identity: .file("\(folder)/identity"))
        let effects = KeeperEffects(transport: server, now: { time.now }, clock: HastyClock(), random: { 0.5 })
        _ = try await Keeper.initialise(location, effects: effects)
        let keeper = try await Keeper.open(location, effects: effects)
        var new = NewApp(clientID: "client-1")
        new.issuer = BindingServer.issuer
        new.overrides.dpop = true
        _ = try await keeper.addApp(app, new)
        let found = try await keeper.importRefreshToken(path, Secret("first-refresh"))
        _ = try await keeper.confirm(found)
        try await body(server, time) { try await Keeper.open(location, effects: effects) }
    }

    @Test func `keeps its key, and a nonce that is wanted uses no refresh token up`() async throws {
        try await Self.with { server, time, open in
            for _ in 1...3 {
                time.advance(by: 7200)
                _ = try await open().refresh(.forced(Self.path))
            }
            #expect(server.processed == ["first-refresh", "refresh-1", "refresh-2", "refresh-3"])
            #expect(Set(server.proofs.map(\.key)).count == 1)
            // Each process begins without a nonce, so each refresh is refused once and then made.
            #expect(server.proofs.count == 8)
            #expect(server.proofs.allSatisfy { $0.address == "POST https://as.example/token" })
            let view = try #require(try await open().status().first)
            #expect(view.state == "active" && view.tokenType == "DPoP" && view.lastError == nil)
        }
    }

    @Test func `hands out credentials that sign for a request and show no key`() async throws {
        try await Self.with { server, _, open in
            let keeper = try await open()
            // The second comes from memory.
            for _ in 1...2 {
                let credential = try await keeper.credential(for: CredentialRequest(path: Self.path))
                #expect(credential.needsProof && credential.tokenType == "DPoP")
                let text = try #require(try await credential.proof(method: "GET", url: Self.url))
                let proof = try #require(BindingServer.read(text))
                #expect(proof.key == server.proofs.first?.key)
                #expect(proof.address == "GET https://api.example/me" && proof.nonce == nil)
                #expect(!"\(credential)\(String(reflecting: credential))".contains("PRIVATE"))
            }
            let credential = try await keeper.credential(for: CredentialRequest(path: Self.path))
            let first = try await credential.proof(method: "GET", url: Self.url, nonce: "r-1")
            let second = try await credential.proof(method: "POST", url: "https://api.example/other")
            let elsewhere = try await credential.proof(method: "GET", url: "https://other.example/")
            #expect(first.flatMap(BindingServer.read)?.nonce == "r-1")
            #expect(second.flatMap(BindingServer.read)?.nonce == "r-1")
            #expect(elsewhere.flatMap(BindingServer.read)?.nonce == nil)
            await keeper.close()
        }
    }

    @Test(arguments: [("GET", "api.example/me", nil), ("GET", url, "a\"b"), ("", url, nil), ("G T", url, nil)])
    func `refuses to sign for what is no request`(_ method: String, _ url: String, _ nonce: String?) async throws {
        try await Self.with { _, _, open in
            let credential = try await open().credential(for: CredentialRequest(path: Self.path))
            await #expect(throws: CredentialError(.misconfigured, message: "")) {
                try await credential.proof(method: method, url: url, nonce: nonce)
            }
        }
    }

    @Test func `is connected anew with another key`() async throws {
        try await Self.with { _, _, open in
            let keeper = try await open()
            let (one, other) = (
                try await keeper.registration(forConnecting: Self.path),
                try await keeper.registration(forConnecting: Self.path)
            )
            #expect(one.proofKey != nil && one.proofKey != other.proofKey)
            var tokens = IssuedTokens(accessToken: Secret("a"), refreshToken: Secret("r"))
            tokens.proofKey = other.proofKey?.pem
            let pair = StrayPair(tokens: tokens, obtainedAt: .now, mintedUnder: 0)
            #expect(try StrayPair.decode(StrayPair.encode([pair])).first?.tokens.proofKey == other.proofKey?.pem)
        }
    }

    @Test func `keeps the key of a leaked token when it is connected anew, until that is forgotten`() async throws {
        try await Self.with { _, time, open in
            let keeper = try await open()
            let before = try #require(try await keeper.pair(Self.path).connection.proofKey)
            try await keeper.changeConnection(Self.path, action: .rotate, reason: "leak") { record in
                guard let present = record.presentToken else { return false }
                record.leaked.keep(present, at: time.now)
                return true
            }
            for value in ["second", "third"] {
                let registration = try await keeper.registration(forConnecting: Self.path)
                var tokens = IssuedTokens(accessToken: Secret(value), refreshToken: Secret("r-\(value)"))
                tokens.proofKey = registration.proofKey?.pem
                let (app, entry) = try await keeper.appRecord(above: Self.path)
                let answer = ConnectionAnswer(
                    tokens: tokens, registration: registration, askedAt: .now, secretEpoch: app.secretEpoch,
                    appID: entry.id)
                _ = try await keeper.confirm(try await keeper.park(answer, at: Self.path))
                let connection = try await keeper.pair(Self.path).connection
                #expect(connection.proofKey == registration.proofKey?.pem && connection.proofKey != before)
                #expect(connection.leaked.tokens.map(\.proofKey) == [before])
            }
            try await keeper.changeConnection(Self.path, action: .rotate, reason: "close") { record in
                record.forgetLeaked()
            }
            #expect(try await keeper.pair(Self.path).connection.leaked.isEmpty)
            #expect(try await keeper.trace(before).matches.map(\.field) == ["proof_key"])
            await keeper.close()
        }
    }
}
