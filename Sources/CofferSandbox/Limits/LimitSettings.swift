// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How many requests the emulated server lets through.
///
/// The vendor says: at most 7 requests per second, 429 above, and after repeated breaches the account is blocked and
/// every request answers 403 (https://www.amocrm.ru/developers/content/api/recommendations). How many breaches and how
/// long is not documented; those numbers are assumed.
package struct LimitSettings: Sendable, Equatable {
    /// Requests within any second, per integration and source address.
    ///
    /// That token requests count is assumed.
    package var requestsPerSecond = 7
    /// So many answers of 429 within ``breachWindow`` lead to a block.
    ///
    /// Assumed.
    package var breachesBeforeBlock = 10
    /// How far back breaches are counted.
    ///
    /// Assumed.
    package var breachWindow: Duration = .seconds(60)
    /// How long a block lasts; at amoCRM support ends it (amocrm-api-php issue 563).
    ///
    /// Assumed.
    package var blockDuration: Duration = .seconds(60)

    /// How many requests may come at once beside the rate: a bucket of this size that the rate drains; 0: no bucket, but
    /// a count of the requests within any second.
    package var burst = 0

    /// Makes the settings above.
    package init() {}

    /// Makes the settings of a provider.
    package init(_ provider: SandboxProvider) {
        switch provider {
        case .amocrm, .kommo: break
        case .bitrix24:
            // https://apidocs.bitrix24.com/limits.html: other plans than Enterprise drain 2 a second from a bucket of 50.
            requestsPerSecond = 2
            burst = 50
        case .strict: requestsPerSecond = .max
        }
    }

    /// Lets everything through, for tests of something else.
    package static var unlimited: LimitSettings {
        var settings = LimitSettings()
        settings.requestsPerSecond = .max
        return settings
    }
}
