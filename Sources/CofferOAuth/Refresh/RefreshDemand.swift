// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a refresh is asked for, which decides whether it is needed at all.
package enum RefreshDemand: Sendable, Equatable {
    /// The scheduler and `coffer refresh`: refresh if it is due.
    case due
    /// A caller waits for a token good for a duration; absent for the hard window.
    case usable(minimumValidity: Duration?)
    /// A server refused the access token of this version: refresh unless there is a newer one.
    case rejected(version: Int)
    /// A person or a rotation wants a new pair whatever the clock says; bypasses the cool-down and a block.
    ///
    /// It bypasses neither a freeze, a bar nor a final refusal, and never sends a spent token. It also says
    /// that the present access token need not survive the repetition after a lost answer.
    case forced
    /// A caller wants a token with less than the whole of the grant, good for a duration.
    ///
    /// It leaves the grant's own access token as it is, and resolves no lost answer: that is the whole grant's matter.
    case narrowed(TokenNarrowing, minimumValidity: Duration?)

    /// What is narrowed, if something is.
    var narrowing: TokenNarrowing? { if case .narrowed(let narrowing, _) = self { narrowing } else { nil } }

    /// Whether it bypasses the cool-down and a block.
    var isForced: Bool { self == .forced }

    /// Whether a flight of its own could go on where a flight with another demand stopped.
    func bypasses(_ error: OAuthError) -> Bool {
        switch self {
        case .forced: [.coolDown, .blocked, .paymentRequired, .indeterminate].contains(error.code)
        case .rejected: error.code == .indeterminate
        // A flight for a rejection stops at the quiet time after an issue, which is no cool-down.
        case .due, .usable, .narrowed: error.code == .coolDown || error.code == .indeterminate
        }
    }
}
