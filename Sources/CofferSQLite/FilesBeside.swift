// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What lies beside a vault's file, under its name and a suffix.
package enum FilesBeside {
    /// What SQLite takes for a part of the database: beside another file than theirs they make one of two halves.
    package static let logs = ["-wal", "-shm", "-journal"]
    /// All of them; the last is a folder.
    package static let suffixes = logs + ["-lock", "-change", "-pace", "-reserve", spill]
    /// The folder for what could not be committed.
    package static let spill = SpillFolder.suffix
}
