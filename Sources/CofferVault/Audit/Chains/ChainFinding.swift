// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// A place in a chain where it is not what its identity signed.
package struct ChainFinding: Sendable, Equatable {
    /// What is wrong there.
    package enum Kind: Sendable, Equatable {
        /// What lies there is no event.
        case unreadable
        /// The event's bytes are not those that were signed.
        case edited
        /// An event of another chain lies there.
        case foreign
        /// The event of another number lies there.
        case moved(from: UInt64)
        /// Events are gone, and later ones are there.
        case missing
        /// The event names another predecessor than the one before it.
        case unlinked
        /// Events are gone at the end; somebody saw them.
        case cutOff
        /// Events of reading are gone at the end that this machine saw before it was started anew: a power cut may have
        /// taken them, since nothing was synced after them.
        case lostWithPower
        /// Another event stands there than the one that somebody saw.
        case replaced
        /// The chain was longer when somebody saw it, and shorter when the same saw it again.
        case wentBack
        /// Written after its identity was removed.
        case afterRemoval
        /// Written by nobody that the manifest knows.
        case stranger
        /// The hash beside the event is not the event's.
        case misindexed
        /// A fingerprint that it kept is gone from the table, or one that it marked as spent is no longer so there.
        case unindexed
        /// It lies among what came home from a bundle, and nobody says that it did.
        case unvouched
        /// It says that something was written where its signer may only read.
        case beyondRole
    }

    /// Whose chain.
    package let signer: SigningPublicKey
    /// The name of its identity.
    package let name: String
    /// The first event it is about.
    package let first: UInt64
    /// The last one.
    package internal(set) var last: UInt64
    /// What is wrong.
    package let kind: Kind
    /// The event that saw what is no longer there; nil where the chain itself tells, or something else saw it.
    package let witness: AuditHead?
    /// The name of the witness's identity; nil where there is none.
    package let witnessName: String?
    /// Whether this machine's own record saw it.
    package let isRemembered: Bool
    /// Whether what should lie there counts: nothing does of a stranger, nor of whoever was removed before.
    let counts: Bool
    /// Whether its chain is that of somebody who writes somewhere.
    let isWriters: Bool
    /// Whether its chain is that of a member.
    let isMembers: Bool

    /// Whether what the record tells may be less than, or other than, what happened.
    ///
    /// Not so where an index beside the events is wrong, where an event that counts for nothing was put in, and where a power
    /// cut may have taken what was only read.
    package var breaksRecord: Bool {
        guard counts else { return false }
        switch kind {
        case .lostWithPower, .unindexed, .misindexed, .beyondRole: return false
        default: return true
        }
    }

    /// Whether writes may be gone from the record: no reader's chain tells of any.
    var mayHideWrites: Bool { breaksRecord && isWriters }

    init(
        _ kind: Kind, of signer: ChainSigner, at first: UInt64, through last: UInt64? = nil,
        seenBy witness: AuditHead? = nil,
        witnessName: String? = nil, isRemembered: Bool = false
    ) {
        self.signer = signer.key
        name = signer.name
        self.first = first
        self.last = last ?? first
        self.kind = kind
        self.witness = witness
        self.witnessName = witnessName
        self.isRemembered = isRemembered
        counts = signer.counts(first)
        isWriters = signer.isWitness
        isMembers = signer.standing == .member
    }

    /// Whether `next` says the same of the place that follows, so that both are one finding.
    func continues(with next: ChainFinding) -> Bool {
        guard signer == next.signer, last < .max, next.first == last + 1, witness == next.witness else { return false }
        switch (kind, next.kind) {
        case (.moved(let from), .moved(let nextFrom)):
            // A whole stretch that was shifted by the same number.
            return nextFrom &- from == next.first &- first
        default: return kind == next.kind
        }
    }
}
