// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import Foundation
package import Logging

/// Everything that can be chosen about a sandbox; the defaults are the vendor's numbers.
public struct SandboxConfiguration: Sendable {
    /// The TCP port on 127.0.0.1; 0 lets the system choose a free one.
    public var port = 0
    /// The folder for `ca.pem` and `sandbox.json`; `nil` makes a temporary one that goes with the sandbox.
    package var folder: String?
    /// The provider that is emulated.
    public let provider: SandboxProvider
    /// The account names; each becomes the host `NAME.amocrm.localhost` where accounts have hosts.
    public var accountNames = ["acme", "birch", "cedar"]
    /// The display names of the integrations; every one gets its own id and secret.
    package var integrationNames = ["Coffer"]
    /// The redirect URI of every integration.
    ///
    /// The vendor keeps it in the integration's settings and compares it exactly
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step).
    public var redirectURI = "https://client.localhost/callback"
    /// How long codes and tokens live.
    package var lifetimes: TokenLifetimes
    /// How many requests are let through, and when an integration is blocked.
    package var limits: LimitSettings
    /// Whether token answers carry `server_time`, as only Kommo's reference shows
    /// (https://developers.kommo.com/reference/get-token).
    package var includesServerTime: Bool
    /// The sandbox's idea of the present, used for every lifetime and limit.
    ///
    /// A test that holds it still calls ``liftLimits()`` or stays below them. The certificates
    /// follow the real clock, as clients do.
    public var now: @Sendable () -> Date = { Date() }
    /// Gets the server library's own messages, which hold no query, header or body; silent unless set.
    package var logger = Logger(label: "coffer.sandbox", factory: { _ in SwiftLogNoOpLogHandler() })

    /// The names of so many accounts, `account-1` and on; a name is passed over whose number would be another's.
    package static func accountNames(_ count: Int) -> [String] {
        var names: [String] = []
        var numbers: Set<Int> = []
        var index = 1
        while names.count < count {
            let name = "account-\(index)"
            if numbers.insert(Account.stableID(of: name)).inserted { names.append(name) }
            index += 1
        }
        return names
    }

    /// Lets any number of requests through, for a test that holds time still: no second would ever be over.
    public mutating func liftLimits() { limits = .unlimited }

    /// Makes a configuration with the vendor's numbers.
    public init(_ provider: SandboxProvider = .amocrm) {
        self.provider = provider
        lifetimes = TokenLifetimes(provider)
        limits = LimitSettings(provider)
        includesServerTime = provider == .kommo
    }
}
