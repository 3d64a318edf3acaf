// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A byte changed, or an end cut off, without SQLite.
struct FileChange: Change {
    /// Which file.
    enum Target: Sendable {
        /// The vault in one file.
        case whole
        /// The vault whose last writes are in its log, the log, and the log's index.
        case log, index
    }

    /// What happens to it.
    enum Kind: Sendable {
        case flip(Int, UInt8)
        case cut(Int)
    }

    let target: Target
    let kind: Kind

    func apply(to place: Scratch, of fixture: Fixture) throws -> Bool {
        if case .whole = target {
            try place.write(changed(fixture.whole))
            return true
        }
        var files = (file: fixture.logged, log: fixture.log, index: fixture.index)
        switch target {
        case .whole: break
        case .log: files.log = changed(files.log)
        case .index: files.index = changed(files.index)
        }
        try place.write(files.file)
        try place.write(files.log, suffix: "-wal")
        try place.write(files.index, suffix: "-shm")
        return true
    }

    private func changed(_ bytes: Data) -> Data {
        switch kind {
        case .cut(let count): return bytes.prefix(count)
        case .flip(let position, let mask):
            var changed = bytes
            changed[position] ^= mask
            return changed
        }
    }
}
