// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials

/// Why a request to an account's API has no answer to give: a code for programs and a sentence for people.
///
/// No message holds a token, a header, a query or a body. What a provider of credentials refuses stays a
/// ``CofferCredentials/CredentialError``. Two errors are equal when their codes are.
public struct APIError: Error, Sendable {
    /// What went wrong, for programs.
    public let code: Code

    /// What went wrong, in one sentence for people.
    public let message: String

    /// The path whose credential was used, or would have been.
    public let path: CredentialPath

    /// The status of the answer, if there was one.
    public let status: Int?

    /// How long to wait before asking again, where that is known.
    public let retryAfter: Duration?

    /// Describes a failure.
    init(
        _ code: Code, _ message: String, path: CredentialPath, status: Int? = nil, retryAfter: Duration? = nil
    ) {
        self.code = code
        self.message = message
        self.path = path
        self.status = status
        self.retryAfter = retryAfter
    }
}

// MARK: - Code

extension APIError {
    /// The kind of a failure; new ones may come.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The code as text: words in lower case joined with `_`.
        public let rawValue: String

        /// Names a kind of failure.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The code as text.
        public var description: String { rawValue }

        /// The token was refused, and there is no other, or the request can't be sent a second time.
        public static let rejected = Code(rawValue: "rejected")
        /// Too fast, for longer than this request may wait; ask again after `retryAfter`.
        public static let rateLimited = Code(rawValue: "rate_limited")
        /// The API is not there at present; ask again after `retryAfter`.
        public static let unavailable = Code(rawValue: "unavailable")
        /// The vendor has shut the account or the app out: stop, and talk to the vendor.
        public static let blocked = Code(rawValue: "blocked")
        /// The vendor wants to be paid first: stop.
        public static let paymentRequired = Code(rawValue: "payment_required")
        /// The API answers from elsewhere; a token is not taken there.
        public static let redirected = Code(rawValue: "redirected")
        /// The request is not for the account's own host.
        public static let refusedHost = Code(rawValue: "refused_host")
        /// The credential or the request is of a kind that can't be sent.
        public static let unsuitable = Code(rawValue: "unsuitable")
        /// A batch of one is still too much for the API.
        public static let batchTooLarge = Code(rawValue: "batch_too_large")
        /// The answer is larger than may be kept.
        public static let tooLarge = Code(rawValue: "too_large")
        /// Nobody answered, or the connection broke; whether the request was processed is not known.
        public static let unreachable = Code(rawValue: "unreachable")
        /// The answer did not come within its deadline; whether the request was processed is not known.
        public static let timedOut = Code(rawValue: "timed_out")
    }
}

// MARK: - Equatable

extension APIError: Equatable {
    /// Compares the codes and nothing else.
    public static func == (lhs: APIError, rhs: APIError) -> Bool { lhs.code == rhs.code }
}

// MARK: - CustomStringConvertible

extension APIError: CustomStringConvertible {
    /// The message, with the path before it.
    public var description: String { "\(path): \(message)" }
}
