// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

/// Puts errors of the parts into the one type that clients know.
enum CredentialFailure {
    /// Cancellation and what is translated already pass unchanged.
    static func translated(_ error: any Error, path: CredentialPath?) -> any Error {
        switch error {
        case let error as KeeperError:
            CredentialError(code(error.code), message: error.message, path: error.path ?? path)
        case let error as OAuthError:
            CredentialError(code(error.code), message: error.message, path: path, retryAfter: error.retryAfter)
        // A space that this identity can't open is another provider's, perhaps; without a path the vault is missing.
        case let error as VaultError where error.code == .missing && path != nil:
            CredentialError(.notFound, message: error.message, path: path)
        // Asking a bundle again for what is in it changes nothing; as a whole it is a vault that can't be used.
        case let error as VaultError where error.code == .expired && path != nil:
            CredentialError(.expired, message: error.message, path: path)
        case let error as VaultError: CredentialError(code(error.code), message: error.message, path: path)
        case is CredentialError, is CancellationError: error
        default: CredentialError(.unavailable, message: "the vault could not be used", path: path)
        }
    }

    private static func code(_ code: KeeperError.Code) -> CredentialError.Code {
        switch code {
        case .notFound: .notFound
        case .rotating: .rotating
        case .busy: .busy
        case .needsReauthorization: .needsReauthorization
        case .needsIssuer: .needsIssuer
        case .notPermitted: .notPermitted
        case .tooShort: .expired
        case .spilled: .unavailable
        default: .misconfigured
        }
    }

    private static func code(_ code: OAuthError.Code) -> CredentialError.Code {
        switch code {
        case .needsReauthorization, .spent, .accessDenied: .needsReauthorization
        case .blocked: .blocked
        case .paymentRequired: .paymentRequired
        case .held: .rotating
        case .coolDown, .frozen, .lockTimeout, .rateLimited, .superseded, .indeterminate: .busy
        case .unreachable, .timedOut, .certificate, .nonsense, .redirect: .unavailable
        default: .misconfigured
        }
    }

    private static func code(_ code: VaultError.Code) -> CredentialError.Code {
        switch code {
        case .damaged, .foreign: .damaged
        case .missing, .invalidIdentity, .unsafePermissions, .newerFormat, .olderFormat, .unsuitable, .misconfigured:
            .misconfigured
        case .wrongIdentity, .notPermitted: .notPermitted
        case .busy, .conflict: .busy
        case .moved: .misconfigured
        default: .unavailable
        }
    }
}
