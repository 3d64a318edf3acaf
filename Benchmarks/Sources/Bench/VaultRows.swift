// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferVault
import Foundation

/// The rows that ask whether a large vault is as quick as a small one.
struct VaultRows {
    let small: FilledVault
    let large: FilledVault

    /// `get`: the opened value and the event of its hand-out, at random paths, in an open vault.
    func get() async throws -> Comparison {
        let vaults = (small: try await small.open(), large: try await large.open())
        var generator = SystemRandomNumberGenerator()
        func reads(_ vault: Vault, _ filled: FilledVault) async throws {
            for _ in 0..<200 {
                try await FilledVault.handOut(
                    FilledVault.path(.random(in: 0..<filled.count, using: &generator)), from: vault)
            }
        }
        // Warm caches: the files are in the system's, and the first round of each is not counted.
        try large.warm()
        try small.warm()
        try await reads(vaults.large, large)
        try await reads(vaults.small, small)
        let seconds = try await Stopwatch.turns(
            21, { try await reads(vaults.large, large) }, against: { try await reads(vaults.small, small) })
        return Comparison(
            row: "get", what: "get with \(large.count) entries, audited", against: "with \(small.count)",
            seconds: (seconds.measured / 200, seconds.reference / 200), unit: "a get", target: 1.2)
    }

    /// The scan for what is due, each row verified and opened.
    func due() async throws -> Comparison {
        let vaults = (small: try await small.open(), large: try await large.open())
        func scan(_ vault: Vault) async throws {
            guard try await vault.inspectDue(by: FilledVault.now).count == FilledVault.dueCount else {
                throw BenchError.wrongCount
            }
        }
        try await scan(vaults.large)
        try await scan(vaults.small)
        let seconds = try await Stopwatch.turns(
            21, { try await scan(vaults.large) }, against: { try await scan(vaults.small) })
        return Comparison(
            row: "due", what: "due scan with \(large.count) entries, \(FilledVault.dueCount) due",
            against: "with \(small.count), \(FilledVault.dueCount) due", seconds: seconds, unit: "a scan", target: 1.5)
    }

    /// Opening the vault, against SQLite's own open and first read of a row.
    func open() async throws -> Comparison {
        try await opening("open", "open the vault") { _, _ in }
    }

    /// Opening the vault and its first read, verified and opened, against the same.
    func first() async throws -> Comparison {
        try await opening("first", "open the vault, first read") { vault, path in
            guard try await vault.inspect(path)?.use[16] != nil else { throw BenchError.noValue }
        }
    }

    /// Times both, neither with its closing.
    ///
    /// Nobody else has the file open, and its log is there and empty.
    private func opening(
        _ row: String, _ what: String, _ then: (Vault, CredentialPath) async throws -> Void
    ) async throws -> Comparison {
        let path = try FilledVault.path(0)
        guard let id = try await large.open().inspect(path)?.id else { throw BenchError.noValue }
        func vaultOpen() async throws -> Vault {
            let vault = try await large.open()
            try await then(vault, path)
            return vault
        }
        func plainOpen() throws -> PlainSQLite {
            let plain = try PlainSQLite(opening: large.path)
            try plain.read(id.bytes)
            return plain
        }
        _ = (try await vaultOpen(), try plainOpen())
        let seconds = try await Stopwatch.turns(301, vaultOpen, against: { try plainOpen() })
        return Comparison(
            row: row, what: "\(what), \(large.count) entries", against: "SQLite's own open and first read",
            seconds: seconds, unit: "an open", target: 2)
    }
}
