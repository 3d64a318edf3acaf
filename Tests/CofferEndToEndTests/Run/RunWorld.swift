// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Subprocess
import Testing

/// A vault with one secret, and shells that are run with it.
struct RunWorld {
    static let secret = "made-up-secret/one?two"

    let program: Program

    static func with<Result: Sendable>(_ body: (RunWorld) async throws -> Result) async throws -> Result {
        try await Home.with { home in
            let world = RunWorld(program: Program(home: home))
            try await world.program.run("init")
            try #require(
                try await world.program.run("put", "main/key", input: .text(secret)).status == .exited(0))
            return try await body(world)
        }
    }

    /// Runs a shell's script with the secret in `TOKEN`.
    func shell(
        _ script: String, options: [String] = [], environment: [String: String] = [:]
    ) async throws -> Finished {
        try await program.run(Self.arguments(script, options: options), environment: environment)
    }

    /// The command line for it.
    static func arguments(_ script: String, options: [String] = []) -> [String] {
        ["run", "--env", "TOKEN=coffer://main/key"] + options + ["--", "/bin/sh", "-c", script]
    }
}
