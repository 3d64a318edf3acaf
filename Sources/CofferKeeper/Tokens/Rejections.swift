// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Values that a server refused and that this process can't have replaced, the last 64 of them.
final class Rejections: Sendable {
    private static let capacity = 64

    private let values = Mutex<[Secret]>([])

    func add(_ value: Secret) {
        values.withLock { values in
            guard !values.contains(value) else { return }
            values.append(value)
            if values.count > Self.capacity { values.removeFirst() }
        }
    }

    func contain(_ value: Secret?) -> Bool {
        guard let value else { return false }
        return values.withLock { $0.contains(value) }
    }
}
