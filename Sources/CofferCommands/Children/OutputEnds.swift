// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How a child's outputs ended, gathered from the threads that passed them on.
final class OutputEnds: Sendable {
    private let ends = Mutex<[MaskedOutput.End]>([])

    /// All of them.
    var all: [MaskedOutput.End] { ends.withLock { $0 } }

    /// Adds one.
    func append(_ end: MaskedOutput.End) { ends.withLock { $0.append(end) } }
}
