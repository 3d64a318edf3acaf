// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How a provider's refresh tokens behave; the defaults are the careful reading of the unknown.
package struct RefreshTokenBehaviour: Sendable, Codable, Equatable {
    /// Whether a refresh issues another refresh token.
    package enum Rotation: String, Sendable, Codable {
        /// The same one serves for ever.
        case never
        /// Each refresh issues another; the old one is spent.
        case always
        /// The server decides; an answer without one means: keep the old.
        case sometimes
        /// Not known: taken as single-use.
        case unknown
    }

    /// Whether a refresh issues another refresh token.
    package var rotation: Rotation
    /// For how long a spent refresh token still returns what it was spent for; `nil`: not at all.
    package var grace: Duration?
    /// Whether a refresh that ends in an error spends the token all the same (Glewlwyd: a wrong secret does).
    package var spendsOnError: Bool
    /// Whether the one careful retry after a lost answer is allowed.
    package var retryAfterLostAnswer: Bool

    /// Describes the behaviour.
    package init(
        rotation: Rotation = .unknown, grace: Duration? = nil, spendsOnError: Bool = false,
        retryAfterLostAnswer: Bool = true
    ) {
        self.rotation = rotation
        self.grace = grace
        self.spendsOnError = spendsOnError
        self.retryAfterLostAnswer = retryAfterLostAnswer
    }
}
