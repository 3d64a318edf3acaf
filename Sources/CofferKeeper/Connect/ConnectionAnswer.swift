// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// Tokens that came for a connection that is being made, and what they came under.
struct ConnectionAnswer: Sendable {
    /// The tokens.
    var tokens: IssuedTokens
    /// The client that asked.
    let registration: ClientRegistration
    /// When it asked.
    let askedAt: Date
    /// The app's secret epoch then.
    let secretEpoch: Int64
    /// The app's entry: another app at the same path is another app.
    let appID: EntryID
    /// The refresh token that they came for, if they came for one.
    var presented: Secret?
}
