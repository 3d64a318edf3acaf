// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

/// What a member can read in one space: what it has, whatever is done about its membership.
package struct SpaceExposure: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case space, role, entries
        case appPaths = "apps"
        case connectionPaths = "connections"
        case secretPaths = "secrets"
    }

    /// The space.
    package let space: String
    /// Its role there: a reader opens access tokens and static secrets, others client secrets and refresh tokens too.
    package let role: String
    /// How many entries of each kind; nil if the identity that asks can't open the space.
    package let entries: EntryCount?
    /// The apps, whose `client_secret` an issuer could read.
    package let appPaths: [String]
    /// The connections.
    package let connectionPaths: [String]
    /// The static secrets.
    package let secretPaths: [String]

    /// Whether client secrets and refresh tokens are among it.
    package var isIssuing: Bool { role != Role.reader.name }

    init(_ grant: Invitation.Grant, _ entries: [Entry], isOpen: Bool) {
        let inside = entries.filter { $0.path.space == grant.space }
        func paths(_ kind: EntryKind) -> [String] { inside.filter { $0.kind == kind }.map(\.path.description) }
        space = grant.space
        role = grant.role.name
        self.entries = isOpen ? EntryCount(inside) : nil
        appPaths = paths(.app)
        connectionPaths = paths(.connection)
        secretPaths = paths(.secret)
    }
}

/// What a removal brought about.
package struct RemovedIdentity: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case name, fingerprint, pin, exposure
        case wasOwner = "owner"
        case begunSpaces = "new_generations"
        case brokenAfter = "chain_broken_after"
        case isLogLeft = "log_left"
    }

    /// The name it had.
    package let name: String
    /// Its fingerprint.
    package let fingerprint: String
    /// Whether it signed membership.
    package let wasOwner: Bool
    /// The spaces that go on under new keys: what lies in them is still sealed under the old ones.
    package let begunSpaces: [String]
    /// The manifest without it, `coffer-pin-1…`; not secret.
    package let pin: String
    /// What it could read.
    package let exposure: [SpaceExposure]
    /// The last of its events that counts, 0 for none, where its record breaks off behind it; nil for a record without a gap.
    package let brokenAfter: UInt64?
    /// Whether its identity, sealed under a passphrase, may still lie in the vault's log.
    package let isLogLeft: Bool
}
