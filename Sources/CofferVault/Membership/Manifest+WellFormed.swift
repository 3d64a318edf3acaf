// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

extension Manifest {
    /// Whether the manifest keeps every rule of docs/vault-format.md: what the rest of the code relies on.
    var isWellFormed: Bool {
        hasGoodMembers && hasGoodDepartures && hasGoodRestoration && hasGoodSpaces && hasGoodExtensions
    }

    /// Whether a text may name a member or a space: one segment of a path.
    package static func isName(_ text: String) -> Bool {
        guard let path = try? CredentialPath(text + "/a") else { return false }
        return path.segments.count == 2
    }

    private var hasGoodMembers: Bool {
        let identities = members.map(\.identity) + departed.map(\.identity)
        return Set(identities.map(\.signingKey)).count == identities.count
            && Set(identities.map(\.encryptionKey)).count == identities.count
            && Set(members.map(\.name)).count == members.count
            && members.allSatisfy { Self.isName($0.name) } && members.contains(where: \.isOwner)
    }

    private var hasGoodDepartures: Bool {
        departed.allSatisfy { gone in
            Self.isName(gone.name) && gone.removedAtEpoch >= 2 && gone.removedAtEpoch <= epoch
                && gone.lastSequence <= UInt64(Int64.max) && (gone.lastSequence == 0) == (gone.lastHash == .zero)
                && Set(gone.roles.map(\.spaceID)).count == gone.roles.count
        }
    }

    private var hasGoodRestoration: Bool {
        guard let restoration else { return true }
        return restoration.epoch >= 2 && restoration.epoch <= epoch
            && Set(restoration.heads.map(\.signer)).count == restoration.heads.count
            && restoration.heads.allSatisfy { $0.sequence >= 1 && $0.sequence <= UInt64(Int64.max) }
    }

    private var hasGoodExtensions: Bool {
        zip(extensions, extensions.dropFirst()).allSatisfy { $0.tag < $1.tag }
    }

    private var hasGoodSpaces: Bool {
        !spaces.isEmpty && Set(spaces.map(\.id)).count == spaces.count
            && Set(spaces.map(\.name)).count == spaces.count
            && spaces.allSatisfy { space in
                let numbers = space.generations.map(\.number)
                return Self.isName(space.name) && numbers.first.map { $0 > 0 } == true
                    && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
                    && space.generations.allSatisfy { isGood($0.wraps) } && isGood(space.traceWraps)
                    && space.traceWraps.allSatisfy { $0.role > .reader }
            }
    }

    /// One wrap at most for each member, for members there are, and an owner's for owners only.
    private func isGood(_ wraps: [Wrap]) -> Bool {
        Set(wraps.map(\.member)).count == wraps.count
            && wraps.allSatisfy { wrap in
                Int(wrap.member) < members.count && (wrap.role < .owner || members[Int(wrap.member)].isOwner)
            }
    }
}
