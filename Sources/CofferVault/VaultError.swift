// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What goes wrong with a vault.
package struct VaultError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure; new ones may come.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The name used in JSON.
        package let rawValue: String

        /// Makes a code.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The vault or a part of it was changed by somebody else, or is broken.
        package static let damaged = Code(rawValue: "damaged")
        /// The file is no vault.
        package static let foreign = Code(rawValue: "not_a_vault")
        /// The vault was written by a newer program.
        package static let newerFormat = Code(rawValue: "newer_format")
        /// The vault is as an older program made it, and is to be upgraded first.
        package static let olderFormat = Code(rawValue: "older_format")
        /// There is no vault, identity or entry of that name.
        package static let missing = Code(rawValue: "missing")
        /// There is an entry of that name already.
        package static let exists = Code(rawValue: "exists")
        /// The identity opens nothing here.
        package static let wrongIdentity = Code(rawValue: "wrong_identity")
        /// The identity has no pin: nobody has let it into a vault.
        package static let notAccepted = Code(rawValue: "not_accepted")
        /// The role is too low.
        package static let notPermitted = Code(rawValue: "not_permitted")
        /// Somebody else changed the entry in between.
        package static let conflict = Code(rawValue: "conflict")
        /// The membership changed since it was read.
        package static let superseded = Code(rawValue: "superseded")
        /// Somebody else holds the vault or the lock, longer than we wait.
        package static let busy = Code(rawValue: "busy")
        /// There is no room on the disk.
        package static let diskFull = Code(rawValue: "disk_full")
        /// The disk or the folder can't be read or written.
        package static let unreadable = Code(rawValue: "input_output")
        /// The vault's database can't be reached, or its connection was lost.
        package static let unreachable = Code(rawValue: "unreachable")
        /// A file may be read or written by others.
        package static let unsafePermissions = Code(rawValue: "unsafe_permissions")
        /// A text is no identity.
        package static let invalidIdentity = Code(rawValue: "invalid_identity")
        /// A text names no member and no space.
        package static let invalidName = Code(rawValue: "invalid_name")
        /// Something that must be empty is not.
        package static let notEmpty = Code(rawValue: "not_empty")
        /// A value is larger than a vault holds.
        package static let tooLarge = Code(rawValue: "too_large")
        /// A refresh token that was spent already.
        package static let spent = Code(rawValue: "spent")
        /// A bundle is past its time.
        package static let expired = Code(rawValue: "expired")
        /// A backup that can't be put in the vault's place: keys or members went on without it.
        package static let unrestorable = Code(rawValue: "unrestorable")
        /// Something has to be set up differently on this machine.
        package static let misconfigured = Code(rawValue: "misconfigured")
        /// The vault was moved to another place, by an owner, and is used there.
        package static let moved = Code(rawValue: "moved")
        /// The vault lies where locks can't be trusted.
        package static let unsuitable = Code(rawValue: "unsuitable_file_system")
    }

    /// The kind of failure.
    package let code: Code
    /// One sentence for a person, without secrets.
    package let message: String
    /// What to do next, where that is more than the sentence says.
    package let hint: String?

    /// Makes an error.
    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The sentence.
    package var description: String { message }

    /// Equal if of the same kind; the prose is for people.
    package static func == (left: VaultError, right: VaultError) -> Bool { left.code == right.code }

    /// The opaque failure of everything that does not open, decode or verify.
    package static let damaged = VaultError(
        .damaged, "the vault is damaged or was changed by another program; restore a backup")

    /// What a newer program wrote in a way that this one must not guess at.
    ///
    /// - Parameter what: The thing, as it begins the sentence.
    /// - Returns: the failure.
    package static func newer(_ what: String) -> VaultError {
        VaultError(.newerFormat, "\(what) needs a newer Coffer; update this one")
    }
}
