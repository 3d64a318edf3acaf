// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// One thing that has happened in a rotation, as the journal keeps it.
///
/// Everything known about a rotation is the fold of these; none holds a secret.
package struct JournalEvent: Sendable, Equatable {
    /// When.
    package let at: Date

    /// Who ran the rotation then.
    package let by: String

    /// What.
    package let fact: Fact

    /// Makes an event.
    package init(at: Date, by: String, _ fact: Fact) {
        self.at = at
        self.by = DisplayText.clean(by)
        self.fact = fact
    }

    /// What can happen.
    package enum Fact: Sendable, Equatable {
        /// The rotation was begun.
        case opened(RotationPlan)

        /// Another run took it up; whatever the run before left without an answer is lost.
        case resumed

        /// The connections to reissue were looked up, with the taint in force.
        case listed([CredentialPath])

        /// The app's tokens are tainted in every process.
        case tainted

        /// A person must fetch the new secret.
        case awaitingOperator(OperatorRequest)

        /// No process refreshes this app.
        case frozen

        /// The provider is about to be asked for a secret.
        case secretRequested(attempt: Int, mayHaveBeenSent: Bool)

        /// A new secret is sealed as pending.
        case pendingSealed(evidence: String)

        /// The provider was asked about the pending secret.
        case pendingProbed(Proof)

        /// The pending secret is the current one, the freeze is over.
        case switched

        /// The old secret, which stood beside the new one, is removed: how that is known, or who said so.
        case oldSecretRemoved(evidence: String)

        /// A person must remove the old secret.
        case awaitingRemoval(OperatorRequest)

        /// The provider was asked about the old secret.
        case oldSecretProbed(Proof)

        /// One connection's reissue came to an end.
        case reissued(CredentialPath, ReissueResult)

        /// The provider was asked about one connection's tokens.
        case tokensProbed(CredentialPath, [Proof])

        /// The provider was asked about the old access token of one connection that is left as it is.
        case leftTokensProbed(CredentialPath, [Proof])

        /// Connections were found at the end that are in no plan and have tokens from before; each is tried once.
        case unplannedListed([CredentialPath])

        /// It is over; what is left for a person.
        case closed(openItems: [String])

        /// Somebody gave it up for another rotation of the app, which takes over what it left.
        case abandoned(reason: String)
    }
}
