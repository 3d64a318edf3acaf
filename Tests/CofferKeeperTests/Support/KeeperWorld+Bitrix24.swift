// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import Foundation
import Testing

@testable import CofferKeeper

extension KeeperWorld {
    /// Runs a body in a world with one portal connected, whose token lives for an hour from now.
    ///
    /// Everything is as production's description has it, the rule for hosts of portals included; `--sandbox` narrows that one
    /// to the sandbox's own.
    static func withBitrix24<Result: Sendable>(_ body: (KeeperWorld) async throws -> Result) async throws -> Result {
        try await over(.bitrix24) { world in
            let production = ProviderCatalogue.bitrix24
            var provider = try production.relocated(to: world.sandbox.baseURL)
            provider.accountHosts = production.accountHosts
            var new = NewApp(clientID: world.sandbox.integration.clientID)
            new.provider = provider
            new.clientSecret = Secret(world.sandbox.integration.clientSecret)
            new.redirectURI = world.sandbox.integration.redirectURI
            new.certificateAuthorityPEM = try String(contentsOfFile: world.sandbox.caFile, encoding: .utf8)
            let keeper = try await world.keeper()
            _ = try await keeper.addApp(app, new)
            let attempt = try await world.attempt(at: path("main/crm/acme"))
            let state = try #require(attempt.state).withExposedText { $0 }
            let callback = try world.sandbox.authorize(account: "acme", state: state).callbackURL
            let code = try CallbackParser(attempt).parse(callback)
            _ = try await keeper.confirm(try await keeper.finishConnecting(path("main/crm/acme"), with: code))
            world.sandbox.log.clear()
            return try await body(world)
        }
    }

    /// An attempt to connect the portal, whose page is at its own host.
    func attempt(at path: CredentialPath) async throws -> AuthorizationAttempt {
        let portal = try #require(sandbox.accounts.first { $0.name == "acme" })
        return try AuthorizationAttempt(
            try await keeper().registration(forConnecting: path), accountHost: sandbox.host(of: portal))
    }
}
