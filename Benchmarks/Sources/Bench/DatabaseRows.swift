// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferPostgres
import CofferVault
import Foundation

/// The rows that ask what a vault's rows cost to read in a database: `database-get` and `database-rows`.
///
/// Three steps of one `get`, each with all before it: the row through the store, as another program's SELECT gives it; that verified and opened;
/// and the event of its hand-out besides, which is what a user has.
enum DatabaseRows {
    /// How many reads are timed at once.
    private static let readCount = 200
    /// How often.
    private static let rounds = 21
    /// How many entries the smaller vault has.
    private static let few = 1000

    /// The last two steps, which need nothing but a path.
    private static let steps: [(what: String, read: @Sendable (Int, FilledDatabase) async throws -> Void)] = [
        ("verified and opened", { _ = try await inspect($0, in: $1) }),
        ("audited", { try await FilledVault.handOut(FilledVault.path($0), from: $1.vault) }),
    ]

    /// `database-get`: each step against a bare SELECT of such a row by libpq, prepared, on a connection of its own.
    static func get() async throws -> [Comparison] {
        guard MeasuredServer.isInstalled else { return [] }
        let filled = try await FilledDatabase(count: few)
        let plain = try PlainPostgres(opening: filled.url)
        var ids: [EntryID] = []
        for number in 0..<filled.count { ids.append(try await inspect(number, in: filled)) }
        var bare: [Double] = []
        var stored: [Double] = []
        var further: [[Double]] = steps.map { _ in [] }
        // The first round warms all up.
        for round in 0...rounds {
            let numbers = (0..<readCount).map { _ in Int.random(in: 0..<filled.count) }
            var times = [try await Stopwatch.time { for one in numbers { try plain.read(ids[one].bytes) } }]
            times.append(try await Stopwatch.time { for one in numbers { try await readRow(ids[one], in: filled) } })
            for step in steps {
                times.append(try await Stopwatch.time { for one in numbers { try await step.read(one, filled) } })
            }
            guard round > 0 else { continue }
            bare.append(times[0])
            stored.append(times[1])
            for index in steps.indices { further[index].append(times[index + 2]) }
        }
        func comparison(_ what: String, _ times: [Double]) -> Comparison {
            Comparison(
                row: "database-get", what: what, against: "a bare SELECT of it by libpq, prepared",
                seconds: (
                    Stopwatch.median(times) / Double(readCount), Stopwatch.median(bare) / Double(readCount)
                ), unit: "a read", target: 1.5)
        }
        return [comparison("a row through the store", stored)]
            + zip(steps, further).map { step, times in comparison("a get, \(step.what)", times) }
    }

    /// `database-rows`: the same with many entries against few, on one server.
    ///
    /// - Parameter count: how many the larger vault has.
    /// - Returns: a row for each of the last two steps; none where PostgreSQL is not installed.
    /// - Throws: what keeps a vault from being filled or read.
    static func rows(_ count: Int) async throws -> [Comparison] {
        guard MeasuredServer.isInstalled else { return [] }
        let small = try await FilledDatabase(count: few)
        let large = try await FilledDatabase(count: count)
        var comparisons: [Comparison] = []
        for step in steps {
            func reads(_ filled: FilledDatabase) async throws {
                for _ in 0..<readCount { try await step.read(.random(in: 0..<filled.count), filled) }
            }
            try await reads(large)
            try await reads(small)
            let seconds = try await Stopwatch.turns(
                rounds, { try await reads(large) }, against: { try await reads(small) })
            comparisons.append(
                Comparison(
                    row: "database-rows", what: "a get with \(count) entries in a database, \(step.what)",
                    against: "with \(few)",
                    seconds: (seconds.measured / Double(readCount), seconds.reference / Double(readCount)),
                    unit: "a get", target: 1.3))
        }
        return comparisons
    }

    /// Reads a row as it is stored.
    private static func readRow(_ id: EntryID, in filled: FilledDatabase) async throws {
        let row = try await filled.store.read { try $0.row(id: id) }
        guard row != nil else { throw BenchError.noValue }
    }

    /// Reads, verifies and opens an entry.
    private static func inspect(_ number: Int, in filled: FilledDatabase) async throws -> EntryID {
        guard let entry = try await filled.vault.inspect(FilledVault.path(number)), entry.use[16] != nil else {
            throw BenchError.noValue
        }
        return entry.id
    }
}
