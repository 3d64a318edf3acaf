// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Measures the rows that are named, or all, and prints them.
///
/// The variable COUNT is the size of the large vault, 1,000,000 without it; VAULTS names a folder in which the made-up vaults
/// stay for the next run.
@main
struct Bench {
    static func main() async throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["COUNT"].flatMap(Int.init) ?? 1_000_000
        let wanted = Set(CommandLine.arguments.dropFirst())
        if CommandLine.arguments.dropFirst().first == Errand.flag {
            return try await Errand.run(Array(CommandLine.arguments.dropFirst(2)))
        }
        let known: [(name: String, run: (VaultRows) async throws -> Comparison)] = [
            ("get", { try await $0.get() }), ("due", { try await $0.due() }), ("open", { try await $0.open() }),
            ("first", { try await $0.first() }), ("rekey", { try await $0.rekey() }),
            ("resume", { try await $0.resume() }),
        ]
        let refreshing: [(name: String, run: () async throws -> [Comparison])] = [
            ("limit", { try await ProviderRows.limit() }),
            ("overhead", { try await ProviderRows.overhead(min(count, 10_000)) }),
            ("once", { try await OnceRow.measure() }),
            ("taint", { try await TaintRow.measure() }),
        ]
        let programs: [(name: String, run: () async throws -> [Comparison])] = [
            ("masking", { [try await MaskingRow.comparison()] }), ("token", { try await TokenRow.measure() }),
            ("hot", { try await HotRow.measure() }),
            ("memory", { try await MemoryRow.measure(min(count, 100_000)) }),
            ("socket", { try await SocketRow.measure() }),
            ("begin", { try await BeginRow.measure(min(count, 30_000)) }),
        ]
        let databases: [(name: String, run: () async throws -> [Comparison])] = [
            ("fleet", { try await FleetRow.measure(min(count, 3_000)) }),
            ("database-get", { try await DatabaseRows.get() }),
            ("database-rows", { try await DatabaseRows.rows(count) }),
        ]
        let others = refreshing + programs + databases
        let names = Set(known.map(\.name) + others.map(\.name))
        for name in wanted where !names.contains(name) { throw BenchError.unknownRow(name) }
        var comparisons: [Comparison] = []
        if wanted.isEmpty || known.contains(where: { wanted.contains($0.name) }) {
            comparisons += try await vaultRows(known.filter { wanted.isEmpty || wanted.contains($0.name) }, count)
        }
        for row in others where wanted.isEmpty || wanted.contains(row.name) {
            comparisons += try await row.run()
        }
        Table.print(comparisons)
    }

    private static func vaultRows(
        _ wanted: [(name: String, run: (VaultRows) async throws -> Comparison)], _ count: Int
    ) async throws -> [Comparison] {
        let environment = ProcessInfo.processInfo.environment
        let kept = environment["VAULTS"].flatMap { $0.isEmpty ? nil : $0 }
        let folder = kept ?? NSTemporaryDirectory() + "coffer-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { if kept == nil { try? FileManager.default.removeItem(atPath: folder) } }
        let rows = VaultRows(
            small: try await FilledVault(count: 1000, in: folder),
            large: try await FilledVault(count: count, in: folder))
        var comparisons: [Comparison] = []
        for row in wanted { comparisons.append(try await row.run(rows)) }
        return comparisons
    }
}
