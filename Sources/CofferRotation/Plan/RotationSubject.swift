// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a rotation replaces.
package enum RotationSubject: String, Codable, Sendable {
    /// The `client_secret` of an app, and after a leak every token that depended on it.
    case clientSecret = "client_secret"

    /// A static secret: an API key, the address of an inbound webhook. Nothing is minted with it, so nothing freezes.
    case value
}
