// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// The vendor closes the address at which tokens were refreshed, and the description of it is mended.
@Suite(.timeLimit(.minutes(2))) struct `An app with connections whose provider has moved` {
    private static let app = "main/moved"
    private static let account = "\(app)/acme"

    private static func describe(_ world: World, refreshAt path: String?) throws {
        let base = world.sandbox.baseURL
        let folder = "\(world.program.home.path)/config/coffer/providers"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let description = """
            coffer_provider: 1
            id: moved
            name: Moved
            issuer: \(base)
            endpoints:
              authorization: \(base)/authorize
              token: \(base)/token
            \(path.map { "  refresh: \(base)\($0)" } ?? "")
            hosts: {secrets: [strict.localhost]}
            client: {authentication: basic, body: form}
            authorization: {pkce: true, state: true, iss: true, redirect_in_request: true}
            tokens: {rotation: always}

            """
        try world.program.home.write(description.utf8, to: "config/coffer/providers/moved.yaml")
    }

    @Test func `is updated by a person who sees what changes, and its connections go on`() async throws {
        try await World.with(.strict, accounts: []) { world in
            try Self.describe(world, refreshAt: "/closed")
            let integration = world.sandbox.integration
            try await world.succeed(
                "app", "add", Self.app, "--provider", "moved", "--scope", "openid", "--client-id", integration.clientID,
                "--redirect-uri", integration.redirectURI, "--ca-file", world.sandbox.caFile,
                input: .text(integration.clientSecret + "\n"))
            try await world.connect("acme", as: Self.account)
            let first = try await world.succeed("token", Self.account).text
            #expect(try await world.program.run("refresh", "--force", Self.account).status != .exited(0))

            try Self.describe(world, refreshAt: nil)
            #expect(try await world.program.run("refresh", "--force", Self.account).status != .exited(0))
            let shown = try await world.succeed("app", "show", Self.app).text
            #expect(shown.contains("coffer app update \(Self.app)"))
            try await world.program.run("app", "update", Self.app).expectRefusal(64, saying: "--yes")
            let no = try await world.program.sit(["app", "update", Self.app], [.types("n\n", at: "[y/N]")])
            #expect(no.status != 0 && no.screen.contains("\(world.sandbox.baseURL)/closed"), "\(no.screen)")
            #expect(no.screen.contains("endpoints.refresh") && no.screen.contains("(not stated)"))
            #expect(try await world.succeed("app", "show", Self.app).text == shown)

            let yes = try await world.program.sit(["app", "update", Self.app], [.types("y\n", at: "[y/N]")])
            #expect(yes.status == 0, "\(yes.screen)")
            try await world.succeed("refresh", "--force", Self.account)
            #expect(try await world.succeed("token", Self.account).text != first)
            #expect(try await world.field("\(Self.app)#client_secret") == integration.clientSecret)
            let events = try await world.succeed("audit", "show").text.split(separator: "\n")
            #expect(events.count { $0.contains("app update") } == 1)
        }
    }
}
