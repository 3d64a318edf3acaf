// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A file of an earlier time put beside the vault, by somebody who kept a copy of it.
struct PlantedChange: Change {
    /// A file beside another: its name's end, and what is in it.
    struct Beside: Sendable {
        let suffix: String
        let bytes: Data
    }

    let file: Data
    let beside: [Beside]

    func apply(to place: Scratch, of fixture: Fixture) throws -> Bool {
        try place.write(file)
        for other in beside { try place.write(other.bytes, suffix: other.suffix) }
        return true
    }

    /// The kinds, with all their changes.
    static func kinds(_ fixture: Fixture) -> [Cases.Kind] {
        [kind("journal-planted", journals(fixture)), kind("log-replay", logs(fixture))]
    }

    private static func kind(_ name: String, _ changes: [PlantedChange]) -> Cases.Kind {
        Cases.Kind(name: name, count: changes.count) { changes[$0] }
    }

    /// The journal of a transaction that was under way when the vault was older, and that SQLite would roll back.
    ///
    /// Whole, beside the file and beside file and log; cut at lengths that fall everywhere into its records of 4,104 bytes;
    /// and each byte of its header changed.
    private static func journals(_ fixture: Fixture) -> [PlantedChange] {
        let whole = fixture.journal
        let cuts = (Array(0...32) + Array(stride(from: 33, to: whole.count, by: 509))).map { whole.prefix($0) }
        let flips = (0..<28).flatMap { position in
            Cases.masks.map { mask in
                var changed = whole
                changed[position] ^= mask
                return changed
            }
        }
        let all = [whole] + cuts + flips
        let log = Beside(suffix: "-wal", bytes: fixture.log)
        return all.map { PlantedChange(file: fixture.whole, beside: [Beside(suffix: "-journal", bytes: $0)]) }
            + [PlantedChange(file: fixture.logged, beside: [log, Beside(suffix: "-journal", bytes: whole)])]
    }

    /// Logs and their indexes: each with each, none among them, beside the file as it stands and as it was before its log;
    /// and the older log cut at the end of each of its frames, where SQLite takes what is before for whole.
    private static func logs(_ fixture: Fixture) -> [PlantedChange] {
        let none: [Beside] = []
        let logs = [none] + [fixture.oldLog, fixture.log].map { [Beside(suffix: "-wal", bytes: $0)] }
        let indexes = [none] + [fixture.oldIndex, fixture.index].map { [Beside(suffix: "-shm", bytes: $0)] }
        var changes: [PlantedChange] = []
        for file in [fixture.whole, fixture.logged] {
            for log in logs { changes += indexes.map { PlantedChange(file: file, beside: log + $0) } }
        }
        // https://sqlite.org/fileformat2.html#walformat: a header of 32 bytes, then frames of 24 and a page.
        for end in stride(from: 32, to: fixture.oldLog.count, by: 24 + 4096) {
            for cut in [end, end + 1] {
                let log = Beside(suffix: "-wal", bytes: fixture.oldLog.prefix(cut))
                changes += indexes.prefix(2).map { PlantedChange(file: fixture.whole, beside: [log] + $0) }
            }
        }
        return changes
    }
}
