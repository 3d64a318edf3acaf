// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How fast an account's API may be called: whoever knows it holds requests back until there is room.
///
/// A provider that shares limits between the processes of a machine conforms to it; a client of an API asks
/// before each request and tells when it was called too fast nevertheless.
///
/// What a conformer guarantees:
/// - It may be called from any task, any number of times at once, and lets those of one process through in the order they came.
/// - A credential that it knows no limit for waits for nothing.
/// - Each wait ends, by itself or because its caller's task was cancelled.
public protocol RequestLimit: Sendable {
    /// Waits until one request may be sent, and counts it.
    ///
    /// Who can tell that it would take longer than that says so at once, and one that is not sent is not counted: otherwise
    /// callers with a time limit of their own would all wait in vain behind one another.
    ///
    /// - Parameters:
    ///   - credential: the one that is about to be presented, as it was handed out.
    ///   - longest: how long the caller has time.
    /// - Throws: ``CredentialError`` `busy`, with `retryAfter` where it is known, if it would take longer, or longer than anybody
    ///   should wait; `CancellationError` if the caller's task was cancelled.
    func wait(for credential: Credential, atMost longest: Duration) async throws

    /// Tells that a server said "too fast" to a request that had been waited for.
    ///
    /// Others share the limit, then: the pace is slowed down for a while.
    ///
    /// - Parameters:
    ///   - credential: the one that was presented.
    ///   - retryAfter: how long the server wants to be left alone, if it said so.
    func report(limited credential: Credential, retryAfter: Duration?) async
}
