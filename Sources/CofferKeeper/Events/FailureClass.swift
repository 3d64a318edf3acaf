// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault

/// The classes that failures of refreshes are counted by: few, so that an alarm can name one.
enum FailureClass: String, Sendable, CaseIterable {
    /// Nobody could be reached, or answered in time.
    case network
    /// Too fast, or in cool-down.
    case limited
    /// No complete answer came: whether the refresh token is spent is not known.
    case indeterminate
    /// A person has to connect the account again.
    case reauthorize
    /// The provider has blocked the app or the account.
    case blocked
    /// The provider wants to be paid.
    case payment
    /// The app or its description is set up wrongly.
    case configuration
    /// A rotation holds the tokens, or freezes the app.
    case rotating
    /// Another process is at it.
    case contention
    /// An answer that makes no sense.
    case nonsense
    /// The vault can't be used as it should.
    case vault
    /// Anything else.
    case other

    init(_ error: any Error) {
        switch error {
        case let error as OAuthError: self = Self.of(error.code)
        case is VaultError, is KeeperError: self = .vault
        default: self = .other
        }
    }

    private static func of(_ code: OAuthError.Code) -> FailureClass {
        switch code {
        case .unreachable, .timedOut, .certificate: .network
        case .rateLimited, .coolDown: .limited
        case .indeterminate: .indeterminate
        case .needsReauthorization, .spent, .accessDenied: .reauthorize
        case .blocked: .blocked
        case .paymentRequired: .payment
        case .configuration, .refusedHost, .plainHTTP, .unsupported, .invalidIssuer, .redirect: .configuration
        case .held, .frozen: .rotating
        case .lockTimeout, .superseded: .contention
        case .nonsense, .callbackMismatch: .nonsense
        default: .other
        }
    }
}
