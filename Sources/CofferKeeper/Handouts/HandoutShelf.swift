// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Synchronization

/// What some of the threads have at hand of that which is remembered, so that they wait for no other thread and touch
/// nothing that another one changes.
///
/// What lies here is lent by ``HandoutMemory``, which takes all of it back, with the counts, before it changes anything.
/// So nothing lies here that is not remembered, and no count gets lost.
struct HandoutShelf: ~Copyable, Sendable {
    /// What is lent.
    struct Loan: Sendable {
        /// The path as it was asked for: looked up by its identity, which is good for as long as it is kept.
        let path: CredentialPath
        /// A credential of this shelf's own, which shares with that of the memory its value alone.
        let credential: Credential
        /// The action that its event names.
        let action: AuditAction
        /// The state of the store in which it serves.
        let mark: StoreMark
        /// For how long it was asked to be good; who asks for another time is answered by the memory.
        let minimumValidity: Duration?
        /// The seconds of the wall clock in which it serves.
        let seconds: Range<Int64>
    }

    /// How often a loan was used.
    struct Use: Sendable, Equatable {
        let path: CredentialPath
        let count: Int
    }

    /// What is compared at each hand-out: plain numbers, so that looking counts no references.
    private struct Terms {
        let identity: ObjectIdentifier
        let hash: Int
        let mark: StoreMark
        let minimumValidity: Duration?
        let seconds: Range<Int64>
        var count = 0

        init(_ loan: Loan) {
            identity = loan.path.identity
            hash = loan.path.storedHash
            mark = loan.mark
            minimumValidity = loan.minimumValidity
            seconds = loan.seconds
        }
    }

    /// What there is of a loan besides its terms.
    private struct Thing {
        let path: CredentialPath
        let credential: Credential
        let action: AuditAction
    }

    /// A table by hash: what belongs at a place lies there or within ``reach`` behind it.
    private struct State {
        private var terms: [Terms?] = []
        private var things: [Thing?] = []
        /// The places that are not empty.
        private var occupied: [Int] = []

        mutating func recall(
            _ path: CredentialPath, _ minimumValidity: Duration?, as action: AuditAction?, at second: Int64,
            isUnchanged: (StoreMark) -> Bool
        ) -> Credential? {
            guard let place = find(path, minimumValidity), let found = terms[place],
                found.seconds.contains(second), action == nil || things[place]?.action == action
            else { return nil }
            // Last of all: what this says of the store is true at this very moment.
            guard isUnchanged(found.mark) else { return nil }
            terms[place]?.count += 1
            return things[place]?.credential
        }

        mutating func take(_ loan: Loan) -> Use? {
            // Most processes ask once for what they ask for, and need no table.
            if terms.isEmpty {
                terms = Array(repeating: nil, count: HandoutShelf.placeCount)
                things = Array(repeating: nil, count: HandoutShelf.placeCount)
            }
            let place = find(loan.path, loan.minimumValidity) ?? room(for: loan.path)
            let use = use(at: place)
            if terms[place] == nil { occupied.append(place) }
            terms[place] = Terms(loan)
            things[place] = Thing(path: loan.path, credential: loan.credential, action: loan.action)
            return use
        }

        mutating func empty() -> [Use] {
            var uses: [Use] = []
            for place in occupied {
                if let use = use(at: place) { uses.append(use) }
                terms[place] = nil
                things[place] = nil
            }
            occupied.removeAll(keepingCapacity: true)
            return uses
        }

        private func find(_ path: CredentialPath, _ minimumValidity: Duration?) -> Int? {
            guard !terms.isEmpty else { return nil }
            let (identity, hash) = (path.identity, path.storedHash)
            for step in 0..<HandoutShelf.reach {
                let place = (hash &+ step) & (HandoutShelf.placeCount - 1)
                guard let found = terms[place], found.hash == hash, found.minimumValidity == minimumValidity else {
                    continue
                }
                if found.identity == identity || things[place]?.path == path { return place }
            }
            return nil
        }

        /// An empty place within reach, or else the first one, whoever lies there.
        private func room(for path: CredentialPath) -> Int {
            for step in 0..<HandoutShelf.reach {
                let place = (path.storedHash &+ step) & (HandoutShelf.placeCount - 1)
                if terms[place] == nil { return place }
            }
            return path.storedHash & (HandoutShelf.placeCount - 1)
        }

        private func use(at place: Int) -> Use? {
            guard let count = terms[place]?.count, count > 0, let path = things[place]?.path else { return nil }
            return Use(path: path, count: count)
        }
    }

    /// A power of two, about as many as there are things remembered: 1,024 places of 112 bytes.
    private static let placeCount = 1024

    /// How many places are looked at: 4.
    private static let reach = 4

    private let state = Mutex(State())

    /// 128 bytes between what one thread changes and what the next one does: processors fetch lines of 64 by pairs.
    private let distance: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
    private let distanceToo: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)

    /// Makes one on which nothing lies.
    init() {}

    /// Hands out what lies here, and counts it.
    ///
    /// - Parameters:
    ///   - path: What is asked for.
    ///   - minimumValidity: For how long it must be good.
    ///   - action: What kind of thing it must be; nil for any.
    ///   - second: The wall clock.
    ///   - isUnchanged: Whether the store is as it was at a mark.
    /// - Returns: the credential; nil where the memory must be asked.
    func recall(
        _ path: CredentialPath, _ minimumValidity: Duration?, as action: AuditAction?, at second: Int64,
        isUnchanged: (StoreMark) -> Bool
    ) -> Credential? {
        state.withLock { $0.recall(path, minimumValidity, as: action, at: second, isUnchanged: isUnchanged) }
    }

    /// Takes a loan, in the place of an earlier one of the same or of what is in its way.
    ///
    /// - Returns: how often that one was used, if it was.
    func take(_ loan: Loan) -> Use? {
        state.withLock { $0.take(loan) }
    }

    /// Gives everything back.
    ///
    /// - Returns: how often each was used that was.
    func empty() -> [Use] {
        state.withLock { $0.empty() }
    }
}
