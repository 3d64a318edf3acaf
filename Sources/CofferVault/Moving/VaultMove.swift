// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
package import Foundation
import Synchronization

/// Moves a vault from one store into another, sealed as it is, in either direction.
///
/// 1. *Copying.* Everything but the manifests is brought into the new store, page by page, as often as it takes until hardly
///    anything changes any more. Others read and write the vault meanwhile. Without a manifest the new store is no vault.
/// 2. *The mark.* In one transaction that sees no refresh under way the old store is marked as moved (``MoveMark``). From then on
///    it is refused by everybody, also by those who have it open.
/// 3. *Comparing.* Nothing changes any more: what did since the last look is copied, and all of it compared, box by box.
/// 4. *The beginning.* The manifests are written into the new store, in one transaction with an event: it is the vault now.
/// 5. A second mark says in the old store that the move is done, and can't be gone on with.
///
/// Nothing is kept but what lies in the two stores, so that a move that is cut off anywhere goes on when it is called again. At no
/// point are there two stores that open.
package final class VaultMove: Sendable {
    /// How often a membership that changes in between makes it copy again.
    private static let attempts = 16
    /// How often it is looked for changes before those that are left are brought over while nobody works.
    private static let rounds = 4

    let source: any VaultStore
    let target: any VaultStore
    let spill: any SpillStore
    let text: IdentityText
    let given: Pin?
    let destination: MoveDestination
    let reason: String
    let wait: Duration
    let clock: any Clock<Duration>
    let pageLength: Int
    let now: @Sendable () -> Date
    private let progress: @Sendable (MoveProgress) -> Void
    /// The first bytes of hashes over rows that were opened out of the new store.
    let opened = Mutex<Set<UInt64>>([])
    /// The same of rows that were written there.
    let written = Mutex<Set<UInt64>>([])
    /// Entries that did not open.
    let unopened = Mutex<Set<EntryID>>([])
    /// Up to where the events of each chain were found to be the same in both stores.
    let compared = Mutex<[SigningPublicKey: UInt64]>([:])

    /// Names what is needed; nothing is done yet.
    ///
    /// - Parameters:
    ///   - source: Where the vault lies.
    ///   - target: An empty store, or one in which an earlier call has begun.
    ///   - text: An owner of all spaces.
    ///   - pin: A manifest to trust besides the one in the identity.
    ///   - destination: How others name the new place.
    ///   - spill: Where the new store's answers go that could not be committed; its own unless given.
    ///   - reason: For the events.
    ///   - wait: How long to wait for refreshes that are under way.
    ///   - clock: What waiting is done with.
    ///   - pageLength: Rows in one transaction.
    ///   - progress: Hears how far it is.
    ///   - now: The clock of the events.
    package init(
        from source: any VaultStore, to target: any VaultStore, with text: IdentityText, trusting pin: Pin? = nil,
        as destination: MoveDestination, spill: (any SpillStore)? = nil, reason: String = "",
        wait: Duration = .seconds(90), clock: any Clock<Duration> = ContinuousClock(), pageLength: Int = 500,
        progress: @escaping @Sendable (MoveProgress) -> Void = { _ in }, now: @escaping @Sendable () -> Date
    ) {
        self.source = source
        self.target = target
        self.spill = spill ?? target.spill
        self.text = text
        given = pin
        self.destination = destination
        self.reason = reason
        self.wait = wait
        self.clock = clock
        self.pageLength = pageLength
        self.progress = progress
        self.now = now
    }

    /// Moves the vault, or goes on with a move.
    ///
    /// - Parameters:
    ///   - held: What ``takeTurn(on:)`` gave to whoever had to have it before the new store was opened.
    ///   - finish: Called once the new store is the vault, before the old one is told: a file gets its name there. It may be
    ///     called again by the next call.
    /// - Returns: what became of it.
    /// - Throws: ``VaultError/Code/notPermitted`` for whoever is no owner of all spaces, ``VaultError/Code/busy`` while refreshes are
    ///   under way all the time or another process moves the vault, ``VaultError/Code/exists`` for a store with anything else in it,
    ///   ``VaultError/Code/moved`` for a vault that was moved to another place, ``VaultError/Code/damaged`` if an entry does not open
    ///   or the new store keeps something else than what is written there, and what `finish` throws.
    package func run(
        holding held: (any StoreLock)? = nil, finishing finish: @Sendable () async throws -> Void = {}
    ) async throws -> MoveReport {
        guard !target.isReadOnly else { throw Self.readOnly }
        let turn: (any StoreLock)? = try await held == nil ? Self.takeTurn(on: source) : nil
        defer { turn?.release() }
        var chain = try await readSource()
        try chain.requireMover()
        let wasMarked = chain.mark != nil
        let wasBegun = try await isBegun()
        if try await hasArrived(chain) {
            let report = try await report(chain, wasBegun: true)
            try await finish()
            try await end(chain)
            return report
        }
        if let mark = chain.mark { try requireOpen(mark) }
        try await requireUsable(chain, isBegun: wasBegun)
        if chain.mark == nil { chain = try await copy(chain) }
        try await settle(chain)
        try copySpilled()
        try await begin(chain)
        // Whoever finishes may close the new store.
        let report = try await report(chain, wasBegun: wasMarked || wasBegun)
        try await finish()
        try await end(chain)
        return report
    }

    /// What the old store says of itself now.
    func readSource() async throws -> MovedChain { try await MovedChain(of: source, with: text, trusting: given) }

    /// Brings everything over while others work, and marks the old store when hardly anything is left.
    private func copy(_ first: MovedChain) async throws -> MovedChain {
        var chain = first
        var isAnnounced = false
        for _ in 0..<Self.attempts {
            do {
                try await requireWhole(chain)
                if !isAnnounced { try await announce(chain) }
                isAnnounced = true
                try await bring(chain)
                return try await mark(chain)
            } catch let error as VaultError where error.code == .superseded {
                chain = try await readSource()
                // By another process, which has lost its turn with its connection.
                if let mark = chain.mark {
                    try requireOpen(mark)
                    return chain
                }
                try chain.requireMover()
            }
        }
        throw VaultError(.busy, "the vault's membership changes all the time; try again later")
    }

    private func bring(_ chain: MovedChain) async throws {
        for _ in 0..<Self.rounds {
            guard try await sweep(chain, .copying) > 0 else { break }
        }
        guard let id = unopened.withLock({ $0.first }) else { return }
        throw VaultError(
            .damaged, "the entry \(id) does not open, and the vault was not moved",
            hint: "coffer verify says more of it; restore or remove it first")
    }

    /// Brings over what changed last, and confirms that nothing differs.
    private func settle(_ chain: MovedChain) async throws {
        for _ in 0..<Self.rounds {
            guard try await sweep(chain, .comparing) > 0 else { return try await requireNothingElse() }
        }
        throw Self.forgetful
    }

    /// Looks at everything in both stores once, and brings over what differs.
    ///
    /// - Returns: how much did.
    private func sweep(_ chain: MovedChain, _ stage: MoveProgress.Stage) async throws -> Int {
        unopened.withLock { $0 = [] }
        var changed = try await sweepEntries(chain, stage)
        changed += try await sweepJournals(chain)
        changed += try await sweepFingerprints(chain)
        changed += try await sweepChains()
        changed += try await sweepBindings()
        changed += try await sweepCollected()
        changed += try await sweepBoxes()
        changed += try await sweepWishes()
        return changed
    }

    /// Tells how far it is.
    func tell(_ stage: MoveProgress.Stage, _ count: Int, _ total: Int) {
        progress(MoveProgress(stage: stage, count: count, total: total))
    }

    private func report(_ chain: MovedChain, wasBegun: Bool) async throws -> MoveReport {
        let spaces = chain.spaces
        let count = try await target.read { reader in
            try spaces.reduce(0) { $0 + (try reader.entryCount(space: $1)) }
        }
        return MoveReport(
            vaultID: chain.state.pin.vaultID, entryCount: count,
            unopened: unopened.withLock { $0.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } },
            wasBegun: wasBegun)
    }
}
