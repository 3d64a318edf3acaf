// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What root may do that nobody else may (capabilities(7)), for scripts that give it up.
///
/// Modes and limits then bind the program whoever runs the tests. Unlike a mount, it is granted to containers.
enum Capability: String {
    /// Writes whatever a file's mode says.
    case overridingModes = "dac_override"
    /// Keeps memory out of swap beyond the limit.
    case lockingMemory = "ipc_lock"

    private static let isRoot = geteuid() == 0

    /// The end of a script, which starts the program without it.
    var droppingScript: String {
        // What is not in the bounding set is not given to root by execve(2) either.
        Self.isRoot ? #"exec setpriv --bounding-set=-\#(rawValue) "$0" "$@""# : #"exec "$0" "$@""#
    }

    /// Whether scripts can give both up here.
    static let isDroppable: Bool = {
        guard isRoot else { return true }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["setpriv", "--bounding-set=-dac_override,-ipc_lock", "true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}
