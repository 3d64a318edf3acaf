// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
import CofferRotation

/// How long new tokens for some connections take, told from their number and from the provider's stated pace.
///
/// A lower bound: the provider's own slowness and other programs behind the same address are not in it.
package struct ReissueEstimate {
    /// The provider.
    let provider: ProviderDescription
    /// How many connections.
    let connectionCount: Int
    /// Requests of the app besides: the two probes of a new and of an old secret, if one is replaced.
    let appRequestCount: Int

    /// Whether the death of the old tokens is asked for, and the life of the new ones: not where nothing leaked.
    let provesTokens: Bool

    /// An estimate.
    package init(
        provider: ProviderDescription, connectionCount: Int, appRequestCount: Int, provesTokens: Bool = true
    ) {
        self.provider = provider
        self.connectionCount = connectionCount
        self.appRequestCount = appRequestCount
        self.provesTokens = provesTokens
    }

    /// The requests for one connection: the refresh, the questions about the old token and the new one, and the revocation
    /// of the old one where the description says that this ends that token alone.
    private var requestsEach: Int {
        guard provesTokens else { return 1 }
        return provider.revocationReach == .token ? 4 : 3
    }

    /// The least time, in whole seconds; nil where the provider states no pace.
    package var seconds: Int? {
        guard let limit = provider.rateLimit, limit.amount > 0 else { return nil }
        func wait(for requests: Int) -> Double {
            Double(max(0, requests - limit.burst)) / Double(limit.amount) * (limit.interval / .seconds(1))
        }
        guard limit.isAccounts else {
            return Int(wait(for: appRequestCount + connectionCount * requestsEach).rounded(.up))
        }
        // Accounts wait beside each other, as many as a rotation has under way at once.
        let rounds = (connectionCount + RotationRunner.defaultParallelism - 1) / RotationRunner.defaultParallelism
        return Int((wait(for: requestsEach) * Double(rounds)).rounded(.up))
    }
}
