// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A token with less than the whole of its grant, kept beside the grant's own; or the server's word that there is none.
package struct NarrowedToken: Sendable, Equatable {
    /// For how long a refusal is remembered: 60 s, so that a caller that asks in a loop sends one request a minute.
    static let refusalLife = Duration.seconds(60)

    /// What it is narrowed to.
    package var narrowing: TokenNarrowing
    /// The token; absent where the server refused.
    package var accessToken: Secret?
    /// How it is presented.
    package var tokenType: String?
    /// What it may be used for, as far as the server said.
    package var scope: String?
    /// When it was asked for.
    package var obtainedAt: Date
    /// When it stops working, or when a refusal is forgotten; absent where nobody knows.
    package var expiresAt: Date?
    /// Why there is no token.
    package var refusal: String?

    /// Puts together what a store kept.
    package init(
        narrowing: TokenNarrowing, accessToken: Secret?, tokenType: String? = nil, scope: String? = nil,
        obtainedAt: Date, expiresAt: Date?, refusal: String? = nil
    ) {
        self.narrowing = narrowing
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.scope = scope
        self.obtainedAt = obtainedAt
        self.expiresAt = expiresAt
        self.refusal = refusal
    }

    /// A refusal.
    package init(_ narrowing: TokenNarrowing, refused reason: String, at now: Date) {
        self.init(
            narrowing: narrowing, accessToken: nil, obtainedAt: now,
            expiresAt: now.addingTimeInterval(Self.refusalLife / .seconds(1)), refusal: reason)
    }

    /// Judges what was answered to a narrowed request.
    ///
    /// A token that is not narrower than the whole is refused: whoever asked for less must not pass on more.
    ///
    /// - Parameters:
    ///   - narrowing: what was asked for.
    ///   - tokens: the answer.
    ///   - granted: the scope of the whole grant, if it is known.
    ///   - requestedAt: when it was asked for.
    ///   - now: when it came.
    package init(
        _ narrowing: TokenNarrowing, answered tokens: IssuedTokens, grantedScope granted: String?, requestedAt: Date,
        at now: Date
    ) {
        if let excess = narrowing.excess(in: tokens.scope, of: granted) {
            let reason = "the provider did not narrow the token: its scope holds \(excess), which was not asked for"
            self.init(narrowing, refused: reason, at: now)
        } else if tokens.accessToken == nil {
            self.init(narrowing, refused: "the provider's answer held no access token", at: now)
        } else if let expiresAt = tokens.expiresAt, expiresAt <= now {
            self.init(narrowing, refused: "the provider issued a token that had already expired", at: now)
        } else {
            self.init(
                narrowing: narrowing, accessToken: tokens.accessToken, tokenType: tokens.tokenType,
                scope: tokens.scope ?? narrowing.scope, obtainedAt: requestedAt, expiresAt: tokens.expiresAt)
        }
    }

    /// The error of a refusal that is still remembered.
    package func refusalError(at now: Date) -> OAuthError? {
        guard let refusal, let expiresAt, expiresAt > now else { return nil }
        // A clock that was set back must not make it last.
        guard expiresAt.timeIntervalSince(now) <= Self.refusalLife / .seconds(1) else { return nil }
        return Self.error(refusal)
    }

    /// A refusal as an error.
    package static func error(_ reason: String) -> OAuthError {
        var reason = reason
        if reason.hasSuffix(".") { reason.removeLast() }
        return OAuthError(.configuration, "There is no such narrower token: \(reason).")
    }

    /// Whether it works now, and for as long as is asked.
    package func serves(_ minimumValidity: Duration?, at now: Date, provider: ProviderDescription) -> Bool {
        guard accessToken != nil else { return false }
        let windows = RefreshWindows(obtainedAt: obtainedAt, expiresAt: expiresAt, provider: provider)
        return windows.freshness(at: now, minimumValidity: minimumValidity, refreshAt: nil) < .hard
    }
}
