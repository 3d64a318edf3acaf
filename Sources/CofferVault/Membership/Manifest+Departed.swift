// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

extension Manifest {
    /// Somebody who was a member: what it wrote until its removal still counts, nothing after.
    ///
    /// Its keys never become a member's again: whoever comes back makes a new identity.
    package struct Departed: Sendable, Equatable {
        /// What it held in one space when it was removed.
        package struct SpaceRole: Sendable, Equatable {
            /// The space.
            package var spaceID: SpaceID
            /// Its role there.
            package var role: Role

            /// Names a role in a space.
            package init(spaceID: SpaceID, role: Role) {
                self.spaceID = spaceID
                self.role = role
            }
        }

        /// Its public keys.
        package var identity: PublicIdentity
        /// The name it had.
        package var name: String
        /// Whether it could sign manifests.
        package var isOwner: Bool
        /// The epoch of the manifest that removed it.
        package var removedAtEpoch: UInt64
        /// The number of the last event of its chain that counts, 0 for none.
        package var lastSequence: UInt64
        /// The hash of that event, zero for none.
        package var lastHash: Digest
        /// Its roles.
        package var roles: [SpaceRole]

        /// The last event that counts; nil for none.
        package var lastHead: AuditHead? {
            lastSequence == 0
                ? nil : AuditHead(signer: identity.signingKey, sequence: lastSequence, hash: lastHash)
        }
    }

    /// That an owner took the store back to an earlier state: the only step back that a client accepts.
    package struct Restoration: Sendable, Equatable {
        /// When, in milliseconds since 1970.
        package var at: Int64
        /// The epoch of the manifest that it first stands in.
        package var epoch: UInt64
        /// The newest event of each chain in the state that was restored.
        package var heads: [AuditHead]

        /// Names a restoration.
        package init(at: Int64, epoch: UInt64, heads: [AuditHead]) {
            self.at = at
            self.epoch = epoch
            self.heads = heads
        }
    }
}
