// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How long what the emulated server issues stays good.
///
/// The defaults are documented in https://www.amocrm.ru/developers/content/oauth/oauth and, for the code, in
/// https://www.amocrm.ru/developers/content/oauth/step-by-step.
package struct TokenLifetimes: Sendable, Equatable {
    /// An authorization code: 20 minutes, one use.
    package var authorizationCode: Duration = .seconds(20 * 60)
    /// An access token: 86,400 seconds.
    ///
    /// Tests and demos shorten it; `expires_in` follows.
    package var accessToken: Duration = .seconds(86_400)
    /// A refresh token: "3 months", taken as 90 days.
    package var refreshToken: Duration = .seconds(90 * 86_400)

    /// Makes amoCRM's lifetimes.
    package init() {}

    /// Makes the lifetimes of a provider.
    package init(_ provider: SandboxProvider) {
        switch provider {
        case .amocrm, .kommo: break
        case .bitrix24:
            // https://apidocs.bitrix24.com/settings/oauth/index.html: 30 s and 1 hour; …/settings/oauth/auto-renewal.html:
            // 180 days.
            authorizationCode = .seconds(30)
            accessToken = .seconds(3600)
            refreshToken = .seconds(180 * 86_400)
        case .strict:
            // RFC 9700 §2.2.1 and RFC 6749 §4.1.2 want them short.
            authorizationCode = .seconds(60)
            accessToken = .seconds(600)
            refreshToken = .seconds(30 * 86_400)
        }
    }
}

extension Date {
    /// The instant that lies `duration` after this one.
    func adding(_ duration: Duration) -> Date {
        let (seconds, attoseconds) = duration.components
        return addingTimeInterval(Double(seconds) + Double(attoseconds) * 1e-18)
    }
}
