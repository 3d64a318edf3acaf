// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import CofferOAuth
import CofferRotation
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `The provider over a vault` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    @Test(arguments: ["main/crm/acme", "main/npm"], ["main/crm/nobody", "main/nobody", "elsewhere/crm/acme"])
    func `keeps the contract of every provider`(known: String, unknown: String) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            try await world.keeper().put(KeeperWorld.path("main/npm"), Secret("made-up"))
            let suite = CredentialProviderConformance(
                known: KeeperWorld.path(known), unknown: KeeperWorld.path(unknown))
            try await suite.check { try await world.provider() }
        }
    }

    @Test func `tells what hinders it in the clients' own words`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let provider = try await world.provider()
            await expect(.misconfigured) {
                try await provider.credential(for: CredentialRequest(path: KeeperWorld.app))
            }
            await expect(.expired) {
                try await provider.credential(
                    for: CredentialRequest(path: Self.acme, minimumValidity: .seconds(90000)))
            }
            let id = try await keeper.openRotation(of: KeeperWorld.app, taint: .hold)
            _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            await expect(.rotating) { try await provider.credential(for: CredentialRequest(path: Self.acme)) }
            _ = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            try world.sandbox.revokeAccess(of: "acme")
            world.time.advance(by: 86400)
            await expect(.needsReauthorization) {
                try await provider.credential(for: CredentialRequest(path: Self.acme))
            }
            await expect(.misconfigured) {
                try await VaultCredentialProvider.open(vault: "\(world.folder)/none.db", identityFile: "none")
            }
        }
    }

    private func expect(_ code: CredentialError.Code, _ body: () async throws -> some Any) async {
        do {
            _ = try await body()
            Issue.record("it did not fail")
        } catch {
            #expect((error as? CredentialError)?.code == code, "\(error)")
        }
    }

    @Test func `is used in ten lines`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await world.keeper().put(KeeperWorld.path("main/npm"), Secret("made-up"))
            guard case .file(let identity) = world.location.identity else { return }
            let header = try await authorization(
                of: "main/npm", vault: world.location.vaultPath, identityFile: identity)
            #expect(header == "Bearer made-up")
        }
    }

    @Test func `is shown in the documentation as it compiles here`() throws {
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        let source = try String(contentsOf: here.appending(path: "TenLines.swift"), encoding: .utf8)
        let start = try #require(source.range(of: "import CofferCredentials"))
        let documentation = here.appending(path: "../../docs/credentials.md").standardized
        let text = try String(contentsOf: documentation, encoding: .utf8)
        #expect(text.contains("```swift\n\(source[start.lowerBound...])```\n"))
        let body = source.drop { $0 != "{" }.split(separator: "\n").dropFirst().dropLast()
        #expect(body.count <= 10)
    }
}

extension KeeperWorld {
    func provider() async throws -> VaultCredentialProvider {
        VaultCredentialProvider(keeper: try await keeper(), transport: .patient())
    }
}
