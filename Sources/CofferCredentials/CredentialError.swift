// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a provider has no credential to give: a code for programs and a sentence for people.
///
/// The message never holds a secret. Two errors are equal when their codes are, so that a test or
/// a caller decides on the code and not on the words.
public struct CredentialError: Error, Sendable {
    /// What went wrong, for programs.
    public let code: Code

    /// What went wrong, in one sentence for people, without a secret in it.
    public let message: String

    /// The path that was asked for, if there was one.
    public let path: CredentialPath?

    /// How long to wait before asking again, where the provider knows.
    public let retryAfter: Duration?

    /// Describes one failure.
    ///
    /// - Parameters:
    ///   - code: what went wrong.
    ///   - message: a sentence without a secret and without text that came from a server unchecked.
    ///   - path: the path that was asked for.
    ///   - retryAfter: how long to wait before asking again.
    public init(_ code: Code, message: String, path: CredentialPath? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.retryAfter = retryAfter
    }
}

// MARK: - Code

extension CredentialError {
    /// The kind of a failure; a provider of one's own may add kinds.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The code as it stands in JSON: words in lower case joined with `_`.
        public let rawValue: String

        /// Names a kind of failure.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The code as it stands in JSON.
        public var description: String { rawValue }

        /// The text is not a path.
        public static let invalidPath = Code(rawValue: "invalid_path")

        /// "Not mine": this provider knows nothing under the path, and the next may be asked.
        public static let notFound = Code(rawValue: "not_found")

        /// There was no provider to ask.
        public static let noProvider = Code(rawValue: "no_provider")

        /// What is there has expired, or does so before the validity that was asked for.
        public static let expired = Code(rawValue: "expired")

        /// A person has to authorise the account again.
        public static let needsReauthorization = Code(rawValue: "needs_reauthorization")

        /// It has expired, and only an issuer's identity can refresh it.
        public static let needsIssuer = Code(rawValue: "needs_issuer")

        /// The app is being rotated and its tokens are on hold.
        public static let rotating = Code(rawValue: "rotating")

        /// The authorization server has blocked us.
        public static let blocked = Code(rawValue: "blocked")

        /// The authorization server wants to be paid first.
        public static let paymentRequired = Code(rawValue: "payment_required")

        /// Somebody else is at it, or a limit has been reached: ask again after `retryAfter`.
        public static let busy = Code(rawValue: "busy")

        /// What is needed to answer cannot be reached.
        public static let unavailable = Code(rawValue: "unavailable")

        /// The identity may not read this.
        public static let notPermitted = Code(rawValue: "not_permitted")

        /// What was read is damaged, or is not what it claims to be.
        public static let damaged = Code(rawValue: "damaged")

        /// Something has to be set up differently before this can work.
        public static let misconfigured = Code(rawValue: "misconfigured")

        /// The answer did not come within its deadline.
        public static let timedOut = Code(rawValue: "timed_out")
    }
}

// MARK: - Equatable

extension CredentialError: Equatable {
    /// Compares the codes and nothing else.
    public static func == (lhs: CredentialError, rhs: CredentialError) -> Bool { lhs.code == rhs.code }
}

// MARK: - CustomStringConvertible

extension CredentialError: CustomStringConvertible {
    /// The message, with the path before it where there is one.
    public var description: String { path.map { "\($0): \(message)" } ?? message }
}
