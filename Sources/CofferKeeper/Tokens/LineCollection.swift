// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lines that several tasks add to.
final class LineCollection: Sendable {
    private let storage = Mutex<[RefreshLine]>([])

    var lines: [RefreshLine] { storage.withLock { $0 } }

    func append(_ line: RefreshLine) { storage.withLock { $0.append(line) } }
}
