// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What went wrong between us and a provider, in a sentence without secrets.
///
/// Two errors are equal if their codes are: the sentence is for people.
package struct OAuthError: Error, Sendable {
    /// The class of the failure; the table of exit statuses reads it.
    package let code: Code
    /// One sentence; text from the provider in it was stripped and bounded.
    package let message: String
    /// How long the provider, or our own cool-down, wants us to wait, if that is known.
    package let retryAfter: Duration?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: the class of the failure.
    ///   - message: a sentence that holds no secret.
    ///   - retryAfter: how long to wait, if known.
    package init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }
}

// MARK: - Equatable

extension OAuthError: Equatable {
    /// Compares the codes alone.
    package static func == (lhs: OAuthError, rhs: OAuthError) -> Bool { lhs.code == rhs.code }
}

// MARK: - CustomStringConvertible

extension OAuthError: CustomStringConvertible {
    /// The sentence.
    package var description: String { message }
}

// MARK: - Code

extension OAuthError {
    /// The class of a failure, as it stands in JSON (`snake_case`).
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name in JSON.
        package let rawValue: String

        /// Makes a code; modules above may have some of their own.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The name in JSON.
        package var description: String { rawValue }

        /// The person, or the provider in their name, said no.
        package static let accessDenied = Code(rawValue: "access_denied")
        /// The provider has blocked us: calling on makes it worse.
        package static let blocked = Code(rawValue: "blocked")
        /// What came back in the browser does not belong to what was asked.
        package static let callbackMismatch = Code(rawValue: "callback_mismatch")
        /// A certificate does not verify, or the app's own authority cannot be read.
        package static let certificate = Code(rawValue: "certificate")
        /// The client, its secret or its description is wrong; grants are not touched by it.
        package static let configuration = Code(rawValue: "configuration")
        /// A failure was a moment ago; nothing is sent until the cool-down ends.
        package static let coolDown = Code(rawValue: "cool_down")
        /// The app is frozen by a rotation.
        package static let frozen = Code(rawValue: "frozen")
        /// The app's tokens are on hold by a rotation.
        package static let held = Code(rawValue: "held")
        /// A request was sent and no complete answer came.
        package static let indeterminate = Code(rawValue: "indeterminate")
        /// The issuer's own document names another issuer, or none is there.
        package static let invalidIssuer = Code(rawValue: "invalid_issuer")
        /// Another process kept the connection's lock for too long.
        package static let lockTimeout = Code(rawValue: "lock_timeout")
        /// The grant is dead: a person must connect the account again.
        package static let needsReauthorization = Code(rawValue: "needs_reauthorization")
        /// The provider's answer makes no sense.
        package static let nonsense = Code(rawValue: "nonsense")
        /// The provider wants to be paid.
        package static let paymentRequired = Code(rawValue: "payment_required")
        /// Plain HTTP to something that is not loopback.
        package static let plainHTTP = Code(rawValue: "plain_http")
        /// The provider asks us to slow down.
        package static let rateLimited = Code(rawValue: "rate_limited")
        /// The provider answered with a redirect, which is never followed.
        package static let redirect = Code(rawValue: "redirect")
        /// A host that the description does not allow, or an address that it does not.
        package static let refusedHost = Code(rawValue: "refused_host")
        /// The refresh token was sent before and is never sent again.
        package static let spent = Code(rawValue: "spent")
        /// Somebody else was faster; read again.
        package static let superseded = Code(rawValue: "superseded")
        /// A deadline passed.
        package static let timedOut = Code(rawValue: "timed_out")
        /// The provider cannot be reached, or fails.
        package static let unreachable = Code(rawValue: "unreachable")
        /// The provider's description has no way to do this.
        package static let unsupported = Code(rawValue: "unsupported")
    }
}
