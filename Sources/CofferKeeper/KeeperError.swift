// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What the keeper itself refuses; failures of the parts below keep their own type.
package struct KeeperError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure; new ones may come.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The name used in JSON.
        package let rawValue: String

        /// Makes a code.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// Nothing of that name.
        package static let notFound = Code(rawValue: "not_found")
        /// Something of that name is there.
        package static let exists = Code(rawValue: "exists")
        /// The entry is of another kind.
        package static let wrongKind = Code(rawValue: "wrong_kind")
        /// No such provider, or a description that can't be used.
        package static let unknownProvider = Code(rawValue: "unknown_provider")
        /// The request leaves out or contradicts something.
        package static let usage = Code(rawValue: "usage")
        /// Another account was found than the one that was meant.
        package static let accountMismatch = Code(rawValue: "account_mismatch")
        /// The app's tokens are on hold.
        package static let rotating = Code(rawValue: "rotating")
        /// The app is frozen or in cool-down: try later.
        package static let busy = Code(rawValue: "busy")
        /// Only a person can go on.
        package static let needsReauthorization = Code(rawValue: "needs_reauthorization")
        /// The identity's role is too low.
        package static let notPermitted = Code(rawValue: "not_permitted")
        /// The token expired, and this identity can't refresh it.
        package static let needsIssuer = Code(rawValue: "needs_issuer")
        /// The token is good for less than was asked for.
        package static let tooShort = Code(rawValue: "too_short")
        /// A pair could not be committed and lies sealed in the spill folder.
        package static let spilled = Code(rawValue: "spilled")
        /// A text is not what it should be.
        package static let invalid = Code(rawValue: "invalid")
        /// The identity can't be read from where it was said to be.
        package static let identity = Code(rawValue: "identity")
        /// What this machine was told to do can't be done, or not any more.
        package static let misconfigured = Code(rawValue: "misconfigured")
        /// The passphrase does not open the identity that is kept in the vault.
        package static let wrongPassphrase = Code(rawValue: "wrong_passphrase")
    }

    /// The kind of failure.
    package let code: Code
    /// One sentence for a person, without secrets.
    package let message: String
    /// The path it is about.
    package let path: CredentialPath?

    /// Makes an error.
    package init(_ code: Code, _ message: String, path: CredentialPath? = nil) {
        self.code = code
        self.message = message
        self.path = path
    }

    /// The sentence.
    package var description: String { message }

    /// Equal if of the same kind; the prose is for people.
    package static func == (left: KeeperError, right: KeeperError) -> Bool { left.code == right.code }
}
