// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GrantServer
import Subprocess
import Testing

/// A program with a vault and an app of a strict authorization server on loopback.
struct GrantHome: Sendable {
    let server: GrantServer
    let program: Program

    /// Runs a body with an app `main/as`.
    static func with<Result: Sendable>(
        app options: [String] = [], habits: GrantServer.Habits = GrantServer.Habits(),
        _ body: (GrantHome) async throws -> Result
    ) async throws -> Result {
        try await Home.with { home in
            try await GrantServer.serving { server in
                server.behave { $0 = habits }
                let world = GrantHome(server: server, program: Program(home: home))
                try await world.succeed("init")
                try await world.succeed(
                    [
                        "app", "add", "main/as", "--issuer", server.issuer, "--client-id", GrantServer.clientID,
                        "--scope", "orders:read orders:write",
                    ] + options, input: .text(GrantServer.clientSecret + "\n"))
                return try await body(world)
            }
        }
    }

    /// Runs a command that must succeed.
    @discardableResult
    func succeed(_ arguments: String..., input: Program.Input = .nothing) async throws -> Finished {
        try await succeed(arguments, input: input)
    }

    /// Runs a command that must succeed.
    @discardableResult
    func succeed(_ arguments: [String], input: Program.Input = .nothing) async throws -> Finished {
        let end = try await program.run(arguments, input: input)
        try #require(end.status == .exited(0), "\(arguments): \(end.status) \(end.errors)")
        return end
    }

    /// Connects `main/as/alice` by a refresh token from elsewhere.
    func importAlice() async throws {
        let granted = server.grant(scope: "orders:read orders:write")
        try await succeed(
            ["connect", "main/as/alice", "--import-refresh-token", "--yes"], input: .text(granted.refresh + "\n"))
    }
}
