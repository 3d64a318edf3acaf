// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a webhook is not believed, or can't be judged; a sentence without anything of the request in it.
///
/// Two errors are equal if their codes are: the sentence is for people.
public struct WebhookError: Error, Sendable {
    /// The class of the failure.
    public let code: Code
    /// One sentence.
    public let message: String

    /// Makes an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

// MARK: - Equatable

extension WebhookError: Equatable {
    /// Compares the codes alone.
    public static func == (lhs: WebhookError, rhs: WebhookError) -> Bool { lhs.code == rhs.code }
}

// MARK: - CustomStringConvertible

extension WebhookError: CustomStringConvertible {
    /// The sentence.
    public var description: String { message }
}

// MARK: - Code

extension WebhookError {
    /// The class of a failure, as it stands in JSON (`snake_case`); new ones may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name in JSON.
        public let rawValue: String

        private init(rawValue: String) { self.rawValue = rawValue }

        /// The name in JSON.
        public var description: String { rawValue }

        /// The request has several proofs, and it was not said which counts.
        public static let ambiguous = Code(rawValue: "ambiguous_proof")
        /// It is about another account, or for another client or address.
        public static let foreign = Code(rawValue: "foreign_webhook")
        /// The proof is one with a secret that leaked or was replaced: whoever has that secret can make it.
        public static let leaked = Code(rawValue: "leaked_key")
        /// It is no request, or no proof of the form that the description names.
        public static let malformed = Code(rawValue: "malformed_webhook")
        /// The vault keeps nothing to check it with.
        public static let noKey = Code(rawValue: "no_webhook_key")
        /// It proves nothing of who sent it.
        public static let noProof = Code(rawValue: "no_proof")
        /// Its time is over, or has not come.
        public static let outdated = Code(rawValue: "outdated_proof")
        /// The same one-time proof came before.
        public static let replayed = Code(rawValue: "replayed_proof")
        /// It is larger than any webhook is.
        public static let tooLarge = Code(rawValue: "webhook_too_large")
        /// Nobody who has the key made this proof for this request.
        public static let wrong = Code(rawValue: "wrong_proof")
    }
}
