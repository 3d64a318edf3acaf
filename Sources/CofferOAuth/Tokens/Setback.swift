// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A request that was not processed: the grant lives, and something else must change first.
package struct Setback: Sendable, Equatable {
    /// What stands in the way.
    package enum Kind: String, Sendable {
        /// Too many requests; also amoCRM's 429 without a body.
        case rateLimited
        /// The provider fails (5xx).
        case serverFailure
        /// The client, its secret, its rights or its description is wrong; never marks a grant dead.
        case configuration
        /// The provider has blocked us: stop calling and tell the operator.
        case blocked
        /// The account must be paid for.
        case payment
        /// The account's owner has removed the app, or the account is gone: a person installs it and connects again.
        case notInstalled
        /// The account is not at this host any more.
        case moved
        /// A redirect, which is never followed with a secret in the request.
        case redirected
        /// The server's certificate does not verify; nothing was sent.
        case certificate
        /// The host or its address is not allowed; nothing was sent.
        case refusedHost
        /// Plain HTTP to something that is not loopback; nothing was sent.
        case plainHTTP
        /// The request came late for its place under the rate limit; nothing was sent.
        case late
    }

    /// What stands in the way.
    package var kind: Kind
    /// How long the provider asked us to wait, capped.
    package var retryAfter: Duration?
    /// A sentence; the provider's text in it was stripped and bounded.
    package var message: String
    /// Whether the same is said of an account that is not at this host any more, so that it is worth asking where it is.
    package var mayHaveMoved = false
    /// Whether nobody knows of what it was said: then it proves nothing, but answers no repetition of a lost answer either.
    var isUnexplained = false
    /// Of a block: whether it is of the app or of this address, so that whoever else is about to ask is meant, too.
    package var reachesOthers = false

    /// Makes a setback.
    package init(_ kind: Kind, _ message: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.retryAfter = retryAfter
        self.message = message
    }

    /// Whether it is certain that nothing was sent at all.
    package var wasNotSent: Bool { [.certificate, .refusedHost, .plainHTTP, .late].contains(kind) }

    /// The setback as an error.
    package var error: OAuthError {
        let code: OAuthError.Code =
            switch kind {
            case .rateLimited, .late: .rateLimited
            case .serverFailure: .unreachable
            case .configuration, .moved: .configuration
            case .blocked: .blocked
            case .notInstalled: .needsReauthorization
            case .payment: .paymentRequired
            case .redirected: .redirect
            case .certificate: .certificate
            case .refusedHost: .refusedHost
            case .plainHTTP: .plainHTTP
            }
        return OAuthError(code, message, retryAfter: retryAfter)
    }
}
