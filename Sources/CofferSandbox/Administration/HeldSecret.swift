// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A client secret as an administration API lists it.
struct HeldSecret: Sendable {
    /// The API's id of it.
    let id: String
    /// The secret.
    let value: String
    /// The name that somebody gave it.
    var label: String?
    /// Whether the token endpoint takes it.
    var isActive = true
    /// When it was made.
    let createdAt: Date

    /// Takes a secret in, with an id of its own.
    init(_ value: String, label: String? = nil, createdAt: Date) {
        id = OpaqueText.clientID()
        self.value = value
        self.label = label
        self.createdAt = createdAt
    }
}
