// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The private folder (0700) of one drill: a vault of its own and what belongs to it, none of it worth anything afterwards.
struct DrillFolder: Sendable {
    /// The path of the folder.
    let path: String

    /// Makes one where temporary files go.
    ///
    /// - Throws: `KeeperError` with the code `usage`.
    init() throws {
        var template = Array((NSTemporaryDirectory() + "/coffer-drill-XXXXXX").utf8CString)
        // mkdtemp makes the folder 0700 (POSIX.1-2017).
        guard mkdtemp(&template) != nil else {
            throw KeeperError(.usage, "a temporary folder could not be made; name another place with TMPDIR")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Takes it away with all that is in it.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// The vault in it, and the identity beside it; no record is kept of it elsewhere.
    var location: VaultLocation {
        VaultLocation(vaultPath: path + "/vault.db", identity: .file(path + "/identity"))
    }

    /// The settings of a machine on which nothing is set, with a place for them here.
    var programs: ProgramSettings { ProgramSettings(["HOME": path, "XDG_CONFIG_HOME": path + "/config"]) }
}
