// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lines that one thread writes and another reads later.
final class Remarks: Sendable {
    private let lines = Mutex<[String]>([])

    /// All of them, in order.
    var all: [String] { lines.withLock { $0 } }

    /// Takes one more.
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
