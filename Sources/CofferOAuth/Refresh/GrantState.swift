// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What is known about a grant; the raw values are the contract's.
package enum GrantState: String, Sendable, Codable, CaseIterable {
    /// The grant works, as far as anybody knows.
    case active
    /// A token request is under way: an intent is recorded and its deadline has not passed.
    case refreshing
    /// A token request was sent and no complete answer came; the refresh token may be spent.
    case indeterminate
    /// The app's `client_secret` leaked and this grant's tokens were issued before it was replaced.
    case tainted
    /// Only a person can make it work again.
    case needsReauthorization = "needs_reauthorization"
    /// The provider blocked the app, the account or this address: nothing is sent until a person forces it.
    case blocked
    /// The account's subscription ended; tried again at the longest cool-down.
    case paymentRequired = "payment_required"
    /// The provider answered for another account; the new pair is kept aside until a person decides.
    case parked
    /// Out of use for good.
    case retired
}

extension GrantState {
    /// Whether nothing but a person ends this state, so that nothing is sent, forced or not.
    package var needsPerson: Bool { self == .needsReauthorization || isPersons }

    /// Whether it waits for what a person decides, or is what one has decided: tokens that come are kept and change nothing of it.
    var isPersons: Bool { self == .parked || self == .retired }
}
