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

    /// What a spent refresh token that is presented again ends.
    package enum Reuse: String, Sendable, Codable {
        /// Nothing: it is refused.
        case refused
        /// The whole grant (RFC 9700 §4.14).
        case revokesGrant
    }

    /// Whether a refresh issues another refresh token.
    package var rotation: Rotation
    /// For how long a spent refresh token still returns what it was spent for; `nil`: not at all.
    package var grace: Duration?
    /// Whether a refresh that ends in an error spends the token all the same (Glewlwyd: a wrong secret does).
    package var spendsOnError: Bool
    /// Whether the one careful retry after a lost answer is allowed.
    package var retryAfterLostAnswer: Bool
    /// What a spent one that is presented again ends; `nil`: not known.
    package var reuse: Reuse?
    /// Whether the old access token goes on working after a refresh; `nil`: not known.
    package var accessSurvivesRefresh: Bool?
    /// Whether introspection (RFC 7662) tells a refresh token that is good from one that is spent; `nil`: not known.
    package var introspectable: Bool?

    /// Describes the behaviour.
    package init(
        rotation: Rotation = .unknown, grace: Duration? = nil, spendsOnError: Bool = false,
        retryAfterLostAnswer: Bool = true, reuse: Reuse? = nil, accessSurvivesRefresh: Bool? = nil,
        introspectable: Bool? = nil
    ) {
        self.rotation = rotation
        self.grace = grace
        self.spendsOnError = spendsOnError
        self.retryAfterLostAnswer = retryAfterLostAnswer
        self.reuse = reuse
        self.accessSurvivesRefresh = accessSurvivesRefresh
        self.introspectable = introspectable
    }
}
