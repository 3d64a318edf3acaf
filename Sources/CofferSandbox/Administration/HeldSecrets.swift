// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// All client secrets that administration APIs have made, beside those that the sandbox began with.
struct HeldSecrets: Sendable {
    private var lists: [String: [HeldSecret]] = [:]

    /// The secrets of a client, the newest last.
    subscript(clientID: String) -> [HeldSecret] {
        get { lists[clientID] ?? [] }
        set { lists[clientID] = newValue }
    }

    /// Takes in what was changed elsewhere: then that secret is the only one.
    mutating func follow(_ integrations: [Integration], now: Date) {
        for integration in integrations
        where !self[integration.clientID].contains(where: { $0.value == integration.clientSecret }) {
            self[integration.clientID] = [HeldSecret(integration.clientSecret, createdAt: now)]
        }
    }

    /// Whether a secret stands beside the newest one and is in force.
    func accepts(_ secret: String, beside integration: Integration) -> Bool {
        let held = self[integration.clientID]
        return held.contains { $0.value == integration.clientSecret }
            && held.contains { $0.isActive && $0.value == secret }
    }
}
