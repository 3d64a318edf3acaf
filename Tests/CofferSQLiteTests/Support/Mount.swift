// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs mount(8) and umount(8).
enum Mount {
    static func run(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
