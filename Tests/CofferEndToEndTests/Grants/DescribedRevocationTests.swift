// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct `A leaked access token that was replaced before it was found` {
    private static let app = "main/mine"
    private static let account = "\(app)/acme"

    /// Adds an app at a provider of the person's own.
    private static func add(_ world: World, describing line: String) async throws {
        let base = world.sandbox.baseURL
        let folder = "\(world.program.home.path)/config/coffer/providers"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let description = """
            coffer_provider: 1
            id: mine
            name: Mine
            issuer: \(base)
            endpoints:
              authorization: \(base)/authorize
              token: \(base)/token
              revocation: \(base)/revoke
              introspection: \(base)/introspect
            hosts: {secrets: [strict.localhost]}
            client: {authentication: basic, body: form}
            authorization: {pkce: true, state: true, iss: true, redirect_in_request: true}
            tokens: {rotation: always}
            probes: {token: introspection}
            \(line)

            """
        try world.program.home.write(description.utf8, to: "config/coffer/providers/mine.yaml")
        let integration = world.sandbox.integration
        try await world.succeed(
            "app", "add", app, "--provider", "mine", "--scope", "openid", "--client-id", integration.clientID,
            "--redirect-uri", integration.redirectURI, "--ca-file", world.sandbox.caFile,
            input: .text(integration.clientSecret + "\n"))
        try await world.connect("acme", as: account)
    }

    @Test(arguments: [("", 0), ("revocation_reach: grant", 0), ("revocation_reach: token", 1)])
    func `is revoked where its provider is described so, and nowhere else`(_ line: String, _ count: Int) async throws {
        try await World.with(.strict, accounts: []) { world in
            try await Self.add(world, describing: line)
            let leaked = try await world.succeed("token", Self.account).text
            try await world.succeed("refresh", "--force", Self.account)
            world.sandbox.log.clear()
            let end = try await world.program.run("rotate", "--leaked", "-", "--yes", input: .text(leaked))
            let revocations = world.sandbox.log.requests(for: .revocation)
            #expect(revocations.count == count, "\(line): \(end.text)\(end.errors)")
            // Revoking more than that one token would end the grant.
            try await world.succeed("refresh", "--force", Self.account)
        }
    }
}
