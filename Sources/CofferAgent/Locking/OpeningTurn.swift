// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Whose turn it is to open the vault, and who waits until it is nobody's.
///
/// One at a time, as opening an identity takes a second and much memory.
struct OpeningTurn {
    /// Whether somebody opens the vault.
    private(set) var isTaken = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// Somebody begins to open it.
    ///
    /// - Throws: ``CredentialError`` `busy` while another one does.
    mutating func take() throws(CredentialError) {
        guard !isTaken else {
            throw CredentialError(
                .busy, message: "the agent is opening its vault already", retryAfter: .seconds(1))
        }
        isTaken = true
    }

    /// It is opened, or could not be.
    ///
    /// - Returns: those who have waited for that.
    mutating func end() -> [CheckedContinuation<Void, Never>] {
        isTaken = false
        defer { waiters = [] }
        return waiters
    }

    /// Somebody waits until nobody opens it; false if nobody does.
    mutating func wait(_ waiter: CheckedContinuation<Void, Never>) -> Bool {
        if isTaken { waiters.append(waiter) }
        return isTaken
    }
}
