// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension RequestLimit {
    /// Waits for room, which is part of what a caller has patience for.
    ///
    /// - Throws: ``APIError`` `rate_limited` if there is none in time; what the limit throws otherwise.
    func wait(for credential: Credential, _ attempts: inout Attempts, by clock: any Clock<Duration>) async throws {
        let elapsed = clock.stopwatch()
        do {
            // Whoever waited as long as a server said has no time left, and may be a moment too early by the limit's clock.
            try await wait(for: credential, atMost: max(attempts.left, .seconds(1)))
        } catch let error as CredentialError where error.code == .busy {
            throw APIError(
                .rateLimited, "too many requests are waiting already", path: credential.path, status: nil,
                retryAfter: error.retryAfter)
        }
        attempts.count(elapsed())
    }
}
