// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The name of one grant of one account to one app, given by the vault and never by a provider.
///
/// Grants are keyed by an id of our own because several can live side by side for one account
/// and one app (amoCRM, https://www.amocrm.ru/developers/content/oauth/oauth), and because hosts
/// get renamed.
package struct GrantID: Hashable, Sendable, CustomStringConvertible {
    private let text: String

    /// Takes the store's own spelling of the id; it is compared, never parsed.
    package init(_ text: String) {
        self.text = text
    }

    /// The store's spelling, which holds no secret.
    package var description: String { text }
}
