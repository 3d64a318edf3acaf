// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// An OAuth client as the emulated server registered it.
///
/// The shapes are those of the samples in https://www.amocrm.ru/developers/content/oauth/exchange-api-key. Printing one
/// does not show the secret.
package struct Integration: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The display name on the consent and operator pages.
    package let name: String
    /// A UUID in lower case.
    package let clientID: String
    /// 64 letters and digits; there is one at a time and no second slot.
    package internal(set) var clientSecret: String
    /// Compared byte for byte at every token request.
    package let redirectURI: String

    /// The display name and the id.
    package var description: String { "\(name) (\(clientID))" }

    /// Shows the public members only.
    package var customMirror: Mirror {
        Mirror(self, children: ["name": name, "clientID": clientID, "redirectURI": redirectURI])
    }
}
