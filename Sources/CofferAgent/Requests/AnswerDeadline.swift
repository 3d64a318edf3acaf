// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Hummingbird

/// The time within which there is an answer, whatever the work for it waits for.
enum AnswerDeadline {
    /// How long a client waits at most: 100 s, longer than the wait for another process's lock and a token request after it
    /// (45 s and 30 s).
    static let patience = Duration.seconds(100)

    /// Does the work, and gives up on it when the time is over.
    ///
    /// - Throws: what the work throws; ``CredentialError`` `timed_out`.
    static func hold(
        _ limit: Duration = patience, _ work: @Sendable @escaping () async throws -> Response
    ) async throws -> Response {
        try await withThrowingTaskGroup(of: Response?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await ContinuousClock().sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let response = try await group.next() ?? nil else {
                throw CredentialError(.timedOut, message: "there was no answer within \(limit.components.seconds) s")
            }
            return response
        }
    }
}
