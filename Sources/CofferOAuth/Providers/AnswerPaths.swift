// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where a token answer holds what RFC 6749 §5.1 names, for providers that put it elsewhere.
///
/// A path is member names joined by dots, as `authed_user.access_token`; an absent one means RFC 6749's own name.
package struct AnswerPaths: Sendable, Codable, Equatable {
    /// How an expiry is written.
    package enum ExpiryUnit: String, Sendable, Codable {
        /// Seconds from now (RFC 6749 §5.1).
        case seconds
        /// Milliseconds from now.
        case milliseconds
        /// A moment, in seconds since 1970.
        case atSeconds
        /// A moment, in milliseconds since 1970.
        case atMilliseconds
        /// A moment as a text (RFC 3339).
        case atText
    }

    /// The access token.
    package var accessToken: String?
    /// The refresh token.
    package var refreshToken: String?
    /// The expiry.
    package var expiresIn: String?
    /// How the expiry is written; `nil`: in seconds.
    package var expiryUnit: ExpiryUnit?
    /// The scope.
    package var scope: String?
    /// The error code.
    package var error: String?
    /// A code of the vendor's own beside it, a word or a number, which rules are compared with as well.
    package var errorCode: String?
    /// The error's words.
    package var errorMessage: String?

    /// Names what differs.
    package init(
        accessToken: String? = nil, refreshToken: String? = nil, expiresIn: String? = nil,
        expiryUnit: ExpiryUnit? = nil, scope: String? = nil, error: String? = nil, errorMessage: String? = nil,
        errorCode: String? = nil
    ) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.expiresIn = expiresIn
        self.expiryUnit = expiryUnit
        self.scope = scope
        self.error = error
        self.errorCode = errorCode
        self.errorMessage = errorMessage
    }
}
