// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// One claim, put to the provider, with its answer in a sentence.
package struct Proof: Codable, Sendable, Equatable {
    /// What is spoken of: `new client_secret`, `old client_secret`, `old access token`.
    package let subject: String

    /// What is claimed of it: `accepted`, `refused`.
    package let claim: String

    /// What came out.
    package let result: ProofResult

    /// When the answer came.
    package let at: Date

    /// How it was asked and what was answered, one sentence without secrets.
    package let evidence: String

    /// The client id that was asked with, where it is another than the app's: which client a person has to look for.
    package let clientID: String?

    private enum CodingKeys: String, CodingKey {
        case subject, claim, result, at, evidence
        case clientID = "client_id"
    }

    /// Makes a proof; evidence may quote a provider and is cleaned.
    package init(
        subject: String, claim: String, result: ProofResult, at: Date, evidence: String, clientID: String? = nil
    ) {
        self.subject = DisplayText.clean(subject)
        self.claim = DisplayText.clean(claim)
        self.result = result
        self.at = at
        self.evidence = DisplayText.clean(evidence)
        self.clientID = clientID.map { DisplayText.clean($0) }
    }

    /// What was found, in words: "old client_secret is not refused".
    package var finding: String {
        switch result {
        case .proven: "\(subject) is \(claim)"
        case .refuted: "\(subject) is not \(claim)"
        case .unproven: "\(subject) is \(claim): not proven"
        }
    }
}
