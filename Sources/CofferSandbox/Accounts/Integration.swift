// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// An OAuth client as the emulated server registered it.
///
/// The shapes are those of the samples in https://www.amocrm.ru/developers/content/oauth/exchange-api-key. Printing one
/// does not show the secret.
public struct Integration: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The display name on the consent and operator pages.
    public let name: String
    /// A UUID in lower case.
    public let clientID: String
    /// 64 letters and digits; there is one at a time and no second slot.
    public internal(set) var clientSecret: String
    /// Compared byte for byte at every token request.
    public let redirectURI: String

    /// The display name and the id.
    public var description: String { "\(name) (\(clientID))" }

    /// Shows the public members only.
    public var customMirror: Mirror {
        Mirror(self, children: ["name": name, "clientID": clientID, "redirectURI": redirectURI])
    }
}
