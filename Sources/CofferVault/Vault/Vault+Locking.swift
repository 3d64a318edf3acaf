// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Vault {
    /// Runs `body` while holding an entry's lock across processes.
    ///
    /// The lock ends with its holder at the latest, so waiting is polling: at first every 2 ms, doubling to 50 ms.
    ///
    /// - Parameters:
    ///   - id: The entry.
    ///   - wait: How long to wait for it.
    ///   - clock: What waiting is measured and done with.
    ///   - body: What to do meanwhile.
    /// - Returns: What `body` returns.
    /// - Throws: ``VaultError/Code/busy`` if somebody else held it all the time.
    package func withLock<Result: Sendable>(
        _ id: EntryID, wait: Duration, clock: any Clock<Duration>, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await whileHolding(id, wait: wait, clock: clock) { _ in try await body() }
    }

    /// Does the same for a body that asks whether it has the lock still.
    package func whileHolding<Result: Sendable>(
        _ id: EntryID, wait: Duration, clock: any Clock<Duration>,
        _ body: @Sendable (any StoreLock) async throws -> Result
    ) async throws -> Result {
        let lock = try await acquire(id, wait: wait, clock: clock)
        defer { lock.release() }
        return try await body(lock)
    }

    private func acquire<C: Clock>(
        _ id: EntryID, wait: Duration, clock: C
    ) async throws -> any StoreLock where C.Duration == Duration {
        let deadline = clock.now.advanced(by: wait)
        var pause = Duration.milliseconds(2)
        while true {
            if let lock = try await store.tryLock(id) { return lock }
            guard clock.now < deadline else {
                throw VaultError(.busy, "another process holds this entry; try again")
            }
            try await clock.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
    }
}

extension Vault {
    /// Takes an entry's lock if nobody has it, without waiting for its holder.
    package func tryLock(_ id: EntryID) async throws -> (any StoreLock)? {
        try await store.tryLock(id)
    }
}

extension Vault {
    /// Says to other processes that this one is about to work on an entry, if none of them has said so.
    ///
    /// A second lock of the entry, which nobody waits for and nothing depends on: whoever works on the entry takes the first.
    ///
    /// - Returns: what takes the word back; nil where another process has given it.
    package func tryClaim(_ id: EntryID) async throws -> (any StoreLock)? {
        try await store.tryLock(id.claimed)
    }
}

extension EntryID {
    /// The id, of no entry, whose lock is the claim on this one: its first bit is the other.
    var claimed: EntryID {
        get throws { try EntryID([bytes[0] ^ 0x80] + bytes.dropFirst()) }
    }
}
