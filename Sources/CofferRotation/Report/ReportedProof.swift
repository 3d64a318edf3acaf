// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A proof and the connection it is of; a proof of the secret has none.
package struct ReportedProof: Sendable, Equatable {
    /// The proof.
    package let proof: Proof

    /// The connection whose tokens it speaks of.
    package let connection: CredentialPath?

    /// The question it answers: of two answers to one question the later one counts.
    var question: Claim {
        Claim(connection: connection, subject: proof.subject, claim: proof.claim)
    }

    /// What was asked.
    struct Claim: Hashable {
        let connection: CredentialPath?
        let subject: String
        let claim: String
    }
}
