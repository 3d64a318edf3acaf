// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Lets everybody through, and remembers.
final class RecordingLimit: RequestLimit {
    private let waited = Mutex(0)
    private let told = Mutex<[Duration?]>([])
    private let onWait: @Sendable () async -> Void

    init(onWait: @escaping @Sendable () async -> Void = {}) { self.onWait = onWait }

    var waits: Int { waited.withLock { $0 } }
    var reports: [Duration?] { told.withLock { $0 } }

    func wait(for credential: Credential) async throws {
        waited.withLock { $0 += 1 }
        await onWait()
    }
    func report(limited credential: Credential, retryAfter: Duration?) async { told.withLock { $0.append(retryAfter) } }
}
