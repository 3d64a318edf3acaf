// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What stops a rotation's machinery: a code to act on and a sentence without secrets.
///
/// Two errors are equal when their codes are; the sentence is for people.
package struct RotationError: Error, Sendable {
    /// The class of the failure.
    package let code: Code

    /// One sentence for a person, without secrets and without control characters.
    package let message: String

    /// Makes an error; text that may come from outside is cleaned.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = DisplayText.clean(message)
    }

    /// A class of failure, open for additions.
    package struct Code: Hashable, Sendable, RawRepresentable {
        /// The name that appears in JSON errors.
        package let rawValue: String

        /// Makes a code from its name.
        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Another operator is running this rotation: the next place in the journal was taken.
        package static let superseded = Code(rawValue: "superseded")

        /// The journal says something that can't have happened.
        package static let damaged = Code(rawValue: "damaged")

        /// A newer program went on with this rotation in a way that this one does not know.
        package static let newer = Code(rawValue: "newer_format")

        /// The text is not a rotation's id.
        package static let invalidID = Code(rawValue: "invalid_id")

        /// There is no rotation of this id.
        package static let notFound = Code(rawValue: "not_found")

        /// The provider was asked about a secret and gave no answer, which it may give later.
        package static let unanswered = Code(rawValue: "unanswered")

        /// The pasted value can't be the new secret: wrong form, or the old one again.
        package static let unusableSecret = Code(rawValue: "unusable_secret")

        /// What was given can't be a client id, or is none.
        package static let unusableClientID = Code(rawValue: "unusable_client_id")
    }
}

// MARK: - Equatable

extension RotationError: Equatable {
    /// Compares the codes only.
    package static func == (lhs: RotationError, rhs: RotationError) -> Bool {
        lhs.code == rhs.code
    }
}

// MARK: - CustomStringConvertible

extension RotationError: CustomStringConvertible {
    /// The sentence.
    package var description: String { message }
}
