// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// When a token is refreshed: pure arithmetic over one lifetime.
///
/// ```
/// obtainedAt                       refreshAt     soft          hard  expiresAt
///     |------------- fresh -------------|~~jitter~~|--- soft ----|-hard-|
/// ```
///
/// All arithmetic is in seconds as `Double`: a server's absurd `expires_in` must not trap, and
/// `Duration` traps on overflow.
package struct RefreshWindows: Sendable, Equatable {
    /// The hard window at its longest: 60 s, so that a caller can use what it gets (`contracts.md`).
    private static let longestHardSeconds = 60.0

    /// The hard window as a part of the lifetime: 5 %.
    private static let hardFraction = 0.05

    /// The soft window at its longest: 15 min, as botocore's advisory refresh.
    private static let longestSoftSeconds = 15.0 * 60

    /// The soft window as a part of the lifetime: 25 %, so that 10-minute tokens work.
    private static let softFraction = 0.25

    /// The most of a lifetime that a caller's minimum validity can ask for: 90 %.
    ///
    /// A minimum as long as the lifetime would refresh at each call and never be met.
    private static let longestDemandFraction = 0.9

    /// The keep-alive's own jitter: up to a tenth earlier, so that accounts connected in one hour spread over days.
    private static let keepAliveJitterFraction = 0.1

    /// The most of an idle expiry that a stated keep-alive may use up: 90 %, or one slip would cost the account.
    private static let longestKeepAliveFraction = 0.9

    private let obtainedAt: Date?
    private let expiresAt: Date?
    private let lifetimeSeconds: Double?
    private let policy: ProviderDescription.RefreshPolicy
    private let keepAliveSeconds: Double?
    private let stated: StatedWindows?

    /// Takes one token's life and its provider's habits.
    ///
    /// - Parameters:
    ///   - obtainedAt: when the token was asked for, before the request was sent.
    ///   - expiresAt: when it stops working; absent where nobody knows, and then it is usable until rejected.
    ///   - provider: whose policy and keep-alive apply, and whose default lifetime stands in when only the expiry is
    ///     known (an imported token).
    package init(obtainedAt: Date?, expiresAt: Date?, provider: ProviderDescription) {
        self.obtainedAt = obtainedAt
        self.expiresAt = expiresAt
        policy = provider.refreshPolicy
        stated = provider.windows
        if let obtainedAt, let expiresAt {
            lifetimeSeconds = max(0, expiresAt.timeIntervalSince(obtainedAt))
        } else {
            lifetimeSeconds = provider.lifetimes.accessToken.map { $0 / .seconds(1) }
        }
        // Half of the idle expiry unless the description says when: amoCRM 45 days, Bitrix24 90 days.
        let idle = provider.lifetimes.refreshToken.map { $0 / .seconds(1) }
        let keepAlive = provider.keepAlive.map { $0 / .seconds(1) } ?? idle.map { $0 / 2 }
        keepAliveSeconds = keepAlive.map { min($0, (idle ?? .infinity) * Self.longestKeepAliveFraction) }
    }

    /// The windows of a grant's present access token.
    package init(_ snapshot: GrantSnapshot) {
        self.init(
            obtainedAt: snapshot.obtainedAt, expiresAt: snapshot.expiresAt, provider: snapshot.registration.provider)
    }

    /// Seconds before expiry from which a caller waits for a refresh: min(60 s, 5 % of the lifetime), or what the
    /// description states, but never more than the soft window.
    package var hardSeconds: Double {
        guard let hard = stated?.hard else {
            return min(Self.longestHardSeconds, (lifetimeSeconds ?? .infinity) * Self.hardFraction)
        }
        return min(hard / .seconds(1), softSeconds)
    }

    /// Seconds before expiry from which a refresh runs behind: min(15 min, 25 % of the lifetime), or what the
    /// description states, but never more than half of the lifetime.
    package var softSeconds: Double {
        guard let soft = stated?.soft else {
            return min(Self.longestSoftSeconds, (lifetimeSeconds ?? .infinity) * Self.softFraction)
        }
        return min(soft / .seconds(1), (lifetimeSeconds ?? .infinity) / 2)
    }

    /// When the next refresh is due.
    ///
    /// - Parameter jitter: 0 ..< 1, chosen by the caller; it moves the moment earlier only, by up to
    ///   half of the soft window.
    /// - Returns: the earlier of the soft window's beginning and the keep-alive; with the `onExpiry`
    ///   policy the keep-alive alone, since Bitrix24 blocks apps that refresh on a timer
    ///   (https://apidocs.bitrix24.com, settings/oauth/auto-renewal). Absent where neither exists.
    package func refreshAt(jitter: Double) -> Date? {
        let jitter = min(max(jitter, 0), 1)
        let keepAliveAt = keepAliveSeconds.flatMap { seconds in
            obtainedAt?.addingTimeInterval(seconds * (1 - Self.keepAliveJitterFraction * jitter))
        }
        guard policy == .ahead, let expiresAt else { return keepAliveAt }
        let softAt = expiresAt.addingTimeInterval(-softSeconds * (1 + jitter / 2))
        return keepAliveAt.map { min($0, softAt) } ?? softAt
    }

    /// How much use is left.
    ///
    /// - Parameters:
    ///   - now: the moment asked about.
    ///   - minimumValidity: how long the caller needs the token to live, at most 90 % of its lifetime;
    ///     absent for the hard window. With the `onExpiry` policy it is not heard.
    ///   - refreshAt: the stored moment of the next refresh, jitter included; computed without jitter where absent.
    /// - Returns: the first that applies of `expired`, `hard`, `soft` and `fresh`.
    package func freshness(at now: Date, minimumValidity: Duration?, refreshAt: Date?) -> Freshness {
        let dueAt = refreshAt ?? self.refreshAt(jitter: 0)
        let isDue = dueAt.map { $0 <= now } ?? false
        guard let expiresAt else { return isDue ? .soft : .fresh }
        let remaining = expiresAt.timeIntervalSince(now)
        if remaining <= 0 { return .expired }
        if policy == .ahead, remaining < demandedSeconds(minimumValidity) { return .hard }
        return isDue ? .soft : .fresh
    }

    /// Whether the token lives for as long as a caller asked, which no policy can guarantee.
    package func meets(_ minimumValidity: Duration?, at now: Date) -> Bool {
        guard let expiresAt else { return true }
        let seconds = minimumValidity.map { $0 / .seconds(1) } ?? hardSeconds
        return expiresAt.timeIntervalSince(now) >= seconds
    }

    /// Never a window as long as the lifetime: it would refresh at every call.
    private func demandedSeconds(_ minimumValidity: Duration?) -> Double {
        guard let minimumValidity else { return hardSeconds }
        return min(minimumValidity / .seconds(1), (lifetimeSeconds ?? .infinity) * Self.longestDemandFraction)
    }
}
