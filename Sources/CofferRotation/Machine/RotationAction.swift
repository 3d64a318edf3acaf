// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What the machine wants done next.
package enum RotationAction: Sendable, Equatable {
    /// Look up what is to be reissued.
    case list

    /// Taint the app's tokens.
    case taint

    /// Get the operator's instructions; nothing is sent.
    case describeReplacement

    /// Freeze the app's refreshes; with a request, only once a person who is present says so.
    case freeze(OperatorRequest?)

    /// Write into the journal that a secret is about to be asked for.
    case requestSecret(attempt: Int, mayHaveBeenSent: Bool)

    /// Ask for the secret that was announced.
    case replaceSecret(attempt: Int, mayHaveBeenSent: Bool)

    /// Get the secret from a person; with what was wrong with the one before.
    case askOperator(OperatorRequest, problem: String?)

    /// Ask the provider about the pending secret.
    case provePendingSecret

    /// Put the pending secret in force.
    case switchSecret

    /// Ask the provider about the old secret.
    case proveOldSecretDead

    /// Have the old secret removed; by a person, who knows better, where nothing has shown that the new one works.
    case removeOldSecret(byPerson: Bool)

    /// Ask a person whether the old secret is removed.
    case askRemoved(OperatorRequest)

    /// Give these connections new tokens; a retry comes after a pause.
    case reissue([CredentialPath], isRetry: Bool)

    /// Ask the provider about the tokens of these connections.
    case proveTokens([CredentialPath])

    /// Ask the provider about the old tokens of these connections, which are left as they are.
    case proveLeft([CredentialPath])

    /// End the rotation.
    case close(openItems: [String])

    /// Nothing, until a person resumes.
    case stop(StopReason)

    /// Nothing: it is closed, or was given up.
    case finish

    /// What is being done, for a line of progress.
    package var sentence: String {
        switch self {
        case .list: "looking up the app's connections"
        case .taint: "marking the app's tokens as leaked"
        case .describeReplacement: "looking up how this provider replaces a secret"
        case .freeze: "stopping refreshes of the app"
        case .requestSecret, .replaceSecret: "asking the provider for a new secret"
        case .askOperator: "waiting for the new secret"
        case .provePendingSecret: "asking the provider whether it accepts the new secret"
        case .switchSecret: "putting the new secret in force"
        case .proveOldSecretDead: "asking the provider whether it refuses the old secret"
        case .removeOldSecret: "having the old secret removed"
        case .askRemoved: "waiting for the removal of the old secret"
        case .reissue(let connections, let isRetry):
            "\(isRetry ? "trying again" : "reissuing"): \(connections.count) \(connections.count == 1 ? "connection" : "connections")"
        case .proveTokens: "asking whether the old access tokens are dead"
        case .proveLeft: "asking whether the old access tokens are dead of what has no new ones"
        case .close: "closing the rotation"
        case .stop: "waiting for a person"
        case .finish: "the rotation is closed"
        }
    }
}
