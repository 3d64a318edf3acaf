// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Lets everybody through, or says how long it would be, and remembers.
final class RecordingLimit: RequestLimit {
    private let waited = Mutex<[Duration]>([])
    private let told = Mutex<[Duration?]>([])
    private let onWait: @Sendable () async throws -> Void

    init(onWait: @escaping @Sendable () async throws -> Void = {}) { self.onWait = onWait }

    var waits: Int { waited.withLock { $0.count } }
    /// How much time the callers had.
    var times: [Duration] { waited.withLock { $0 } }
    var reports: [Duration?] { told.withLock { $0 } }

    func wait(for credential: Credential, atMost longest: Duration) async throws {
        waited.withLock { $0.append(longest) }
        try await onWait()
    }
    func report(limited credential: Credential, retryAfter: Duration?) async { told.withLock { $0.append(retryAfter) } }
}
