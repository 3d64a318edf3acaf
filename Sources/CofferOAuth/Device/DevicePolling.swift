// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// When a device asks again, and when it gives up (RFC 8628 §3.5): pure, told the time that has passed.
package struct DevicePolling: Sendable {
    /// What to do next.
    package enum Step: Sendable, Equatable {
        /// Wait, then ask.
        case wait(Duration)
        /// Over: these are the tokens.
        case finish(IssuedTokens)
        /// Over: there are none.
        case fail(OAuthError)
    }

    /// What `slow_down` adds to the interval, for this question and all to come (RFC 8628 §3.5).
    private static let slowDown = Duration.seconds(5)
    /// How far we double it by ourselves.
    private static let longestDoubled = Duration.seconds(120)

    private let codeLifetime: Duration
    private let lifetime: Duration
    private let providerName: String
    private var interval: Duration

    /// Begins.
    ///
    /// - Parameters:
    ///   - authorization: what the server answered.
    ///   - patience: how long the person is waited for, if less than the code lives.
    ///   - providerName: for sentences.
    package init(_ authorization: DeviceAuthorization, patience: Duration?, providerName: String) {
        codeLifetime = authorization.lifetime
        lifetime = min(authorization.lifetime, patience ?? authorization.lifetime)
        interval = authorization.interval
        self.providerName = providerName
    }

    /// The first step: nobody is faster than the interval.
    package var first: Step {
        guard interval < codeLifetime else {
            let (wait, life) = (interval.components.seconds, codeLifetime.components.seconds)
            return .fail(
                OAuthError(
                    .nonsense,
                    "\(providerName) wants \(wait) seconds between two questions, and the code is waited for \(life) only."
                ))
        }
        return next(after: .zero)
    }

    /// Takes an answer.
    ///
    /// - Parameters:
    ///   - answer: what the server said.
    ///   - elapsed: how long ago the code was handed out.
    /// - Returns: what to do next.
    package mutating func handle(_ answer: DeviceAnswer, elapsed: Duration) -> Step {
        // What the server wishes before this question, longer than the interval perhaps.
        var wish = Duration.zero
        switch answer {
        case .pending: break
        case .slowDown(let retryAfter):
            interval = max(interval + Self.slowDown, retryAfter ?? .zero)
        case .expired: return .fail(expired)
        case .ended(let outcome):
            if let end = end(outcome) { return end }
            // RFC 8628 §3.5: who gets no answer asks less often, for example by doubling the interval.
            interval = max(interval, min(interval * 2, Self.longestDoubled))
            if case .unprocessed(let setback) = outcome { wish = setback.retryAfter ?? .zero }
        }
        return next(after: elapsed, wish: wish)
    }

    /// The end that an outcome is; `nil` where it is none.
    private func end(_ outcome: TokenOutcome) -> Step? {
        switch outcome {
        case .accepted(let tokens) where tokens.accessToken != nil || tokens.refreshToken != nil: .finish(tokens)
        case .accepted: .fail(OAuthError(.nonsense, "The provider's answer holds no access token."))
        // RFC 8628 has `invalid_grant` for a code that is none; the person is not who said no.
        case .refused(let refusal) where refusal.kind == .denied:
            .fail(OAuthError(.accessDenied, "The person or \(providerName) said no."))
        case .refused(let refusal): .fail(refusal.error)
        case .unprocessed(let setback):
            switch setback.kind {
            case .serverFailure, .rateLimited, .late: nil
            default: .fail(setback.error)
            }
        case .senseless(let message): .fail(OAuthError(.nonsense, message))
        case .notSent, .indeterminate: nil
        }
    }

    private func next(after elapsed: Duration, wish: Duration = .zero) -> Step {
        let wait = max(interval, wish)
        return elapsed + wait < lifetime ? .wait(wait) : .fail(expired)
    }

    private var expired: OAuthError { OAuthError(.timedOut, "Nobody entered the code before it expired.") }
}
