// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferKeeper
import Synchronization

/// How the vault is opened again, and opened anew while it is open.
extension AgentVault {
    /// Opens the vault again; does nothing if it is open.
    ///
    /// - Parameter passphrase: What the identity is kept under, where that is needed.
    /// - Throws: ``CredentialError`` `busy` while another one does, `wrong_passphrase`, `misconfigured`, `locked` if it was locked
    ///   meanwhile, and what opening says.
    package func unlock(_ passphrase: Secret?) async throws {
        let (locking, lockCount) = try beginOpening()
        defer { endOpening() }
        await locking?.value
        guard isLocked else { return }
        try await reopen(passphrase) { keeper in
            let now = elapsed()
            try state.withLock { state throws -> Void in
                try state.unlock(with: keeper, begunAt: lockCount, at: now)
            }
        }
        changed(false)
        announcer.yield()
    }

    /// Opens the vault anew, and goes on with that; requests that are under way end as they began.
    ///
    /// Tickets were given out of what the identity had: with another one, or other roles, they are void.
    ///
    /// - Throws: ``CredentialError``: why it goes on as before.
    package func reload() async throws {
        guard opening.need == .nothing else {
            throw CredentialError(
                .misconfigured, message: "the identity can't be read again without somebody who unlocks the agent")
        }
        let (_, lockCount) = try beginOpening()
        defer { endOpening() }
        guard !isLocked else { throw CredentialError.locked }
        try await reopen(nil) { keeper in
            try state.withLock { state throws -> Void in
                try state.exchange(for: keeper, begunAt: lockCount)
            }
        }
        announcer.yield()
    }

    /// Opens the vault, and closes it where it is not taken; no reference is left here when this returns.
    private func reopen(_ passphrase: Secret?, taking take: (Keeper) throws -> Void) async throws {
        let keeper = try await opening.reopen(passphrase)
        do { try take(keeper) } catch {
            await RetiringKeeper(keeper).finish()
            throw error
        }
    }

    private func beginOpening() throws -> (locking: Task<Void, Never>?, lockCount: Int) {
        try state.withLock { state throws -> (locking: Task<Void, Never>?, lockCount: Int) in
            try state.turn.take()
            return (state.locking, state.lockCount)
        }
    }

    private func endOpening() {
        let waiters = state.withLock { $0.turn.end() }
        for waiter in waiters { waiter.resume() }
    }
}
