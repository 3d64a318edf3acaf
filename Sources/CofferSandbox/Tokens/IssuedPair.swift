// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The tokens that one token request was answered with.
struct IssuedPair: Sendable, Hashable {
    let accessToken: String
    let refreshToken: String
    /// The access token's end.
    let accessUntil: Date
    /// The refresh token's end.
    let refreshUntil: Date

    /// What `expires_in` says, in whole seconds; never negative.
    func lifetimeSeconds(at now: Date) -> Int { max(0, Int(accessUntil.timeIntervalSince(now).rounded())) }
}
