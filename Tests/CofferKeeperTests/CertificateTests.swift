// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `An app that shows a certificate` {
    private static let app = KeeperWorld.path("main/bank")
    private static let path = KeeperWorld.path("main/bank/one")

    /// Of nobody: it signs itself, and is valid for a hundred years.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBdjCCARygAwIBAgITME/p5YkavleOGs5HZptdXcf87jAKBggqhkjOPQQDAjAQ
        MQ4wDAYDVQQDDAVvdGhlcjAgFw0yNjExMjExNDU3NDdaGA8yMTI2MTAyODE0NTc0
        N1owEDEOMAwGA1UEAwwFb3RoZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASh
        Dps73C/CYk+M+m5UznmMRO1zGFt/zL1rmRhMKdNaEsLZaoeIo0dOWvYqQMcAmvP7
        g16tjdqTkGfI6P+lwJtDo1MwUTAdBgNVHQ4EFgQUmQ4RNl+bH1FGBFuetRjk3dCV
        uIQwHwYDVR0jBBgwFoAUmQ4RNl+bH1FGBFuetRjk3dCVuIQwDwYDVR0TAQH/BAUw
        AwEB/zAKBggqhkjOPQQDAgNIADBFAiEA+WyrgOI8lBfuJyplupMIMPSqSCf2bEcA
        eA/7zpH+pBcCIHg0w0PDWR563q0Bu50sf0p4/f5+5C/WsQ33bkkSFUNy
        -----END CERTIFICATE-----
        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPPH+D4fUpuV9E92j
        sni+UUtnm/EbbHdvYT1/tkiE42yhRANCAAShDps73C/CYk+M+m5UznmMRO1zGFt/
        zL1rmRhMKdNaEsLZaoeIo0dOWvYqQMcAmvP7g16tjdqTkGfI6P+lwJtD
        -----END PRIVATE KEY-----
        """

    /// A vault with one connection of such an app, opened anew for each keeper.
    private static func with(
        _ body: (CertifiedServer, MovableTime, (IdentityText?) async throws -> Keeper) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "coffer-keeper-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificate = try ClientCertificate(chainPEM: Self.certificate, key: Secret(Self.key))
        let (server, time) = (CertifiedServer(thumbprint: try #require(certificate.thumbprint)), MovableTime())
        let location = VaultLocation(vaultPath: "\(folder)/vault.db", identity: .file("\(folder)/identity"))
        let effects = KeeperEffects(transport: server, now: { time.now }, clock: HastyClock(), random: { 0.5 })
        _ = try await Keeper.initialise(location, effects: effects)
        var new = NewApp(clientID: "client-1")
        new.issuer = CertifiedServer.issuer
        new.clientCertificate = certificate
        new.overrides.clientAuthentication = .selfSignedTLSClientAuth
        new.overrides.usesCertificate = true
        let keeper = try await Keeper.open(location, effects: effects)
        _ = try await keeper.addApp(app, new)
        _ = try await keeper.confirm(try await keeper.importRefreshToken(path, Secret("refresh-0")))
        try await body(server, time) { identity in
            guard let identity else { return try await Keeper.open(location, effects: effects) }
            let store = try SQLiteStore.open(location.vaultPath)
            return Keeper(vault: try await Vault.unlock(store, with: identity, now: { time.now }), effects: effects)
        }
    }

    @Test func `shows the one that the vault keeps at each refresh, at the address for that, and sends no secret`()
        async throws
    {
        try await Self.with { server, time, open in
            for _ in 1...2 {
                time.advance(by: 7200)
                let lines = try await open(nil).refresh(.forced(Self.path))
                #expect(lines.map(\.outcome) == [.refreshed])
            }
            #expect(server.addresses == Array(repeating: CertifiedServer.tokenEndpoint, count: 3))
            #expect(
                server.bodies
                    == (0...2).map { "client_id=client-1&grant_type=refresh_token&refresh_token=refresh-\($0)" })
        }
    }

    @Test func `that the server refuses has lost nothing: no grant is dead, and the token serves afterwards`()
        async throws
    {
        try await Self.with { server, time, open in
            server.refuse(true)
            time.advance(by: 7200)
            let refused = try await open(nil).refresh(.forced(Self.path))
            let failure = try #require(refused.first?.failure)
            #expect("\(failure)".contains("certificate"), "\(failure)")
            #expect(try await open(nil).status().first?.state == "active")
            server.refuse(false)
            #expect(try await open(nil).refresh(.forced(Self.path)).map(\.outcome) == [.refreshed])
            #expect(server.bodies.last?.hasSuffix("refresh_token=refresh-1") == true)
        }
    }

    @Test func `keeps certificate and key from readers`() async throws {
        try await Self.with { _, _, open in
            let identity = try Identity.generate()
            let owner = try await open(nil)
            let reader = try await owner.vault.addMember(
                identity.publicIdentity, name: "reader", role: .reader, spaces: ["main"]
            ).accepted(by: identity)
            let kept = try await owner.get(Self.app, field: "certificate_key")
            #expect(kept.withExposedText { $0.hasPrefix("-----BEGIN PRIVATE KEY-----") })
            let other = try await open(reader)
            for field in ["certificate", "certificate_key"] {
                await #expect(throws: (any Error).self) { try await other.get(Self.app, field: field) }
            }
            #expect(try await other.token(Self.path).credential.value == Secret("access-1"))
        }
    }
}
