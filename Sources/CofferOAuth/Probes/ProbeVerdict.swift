// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Whether a `client_secret` is in force, with a sentence that says how that is known.
package enum ProbeVerdict: Sendable, Equatable {
    /// The provider accepted the client with it.
    case accepted(evidence: String)
    /// The provider refused the client with it.
    case refused(evidence: String)
    /// Nothing follows from what was tried, or nothing could be.
    case unknown(evidence: String)
    /// It was asked, and judged nothing: no answer came, or the provider had no time or failed; it may answer later.
    case unanswered(evidence: String)

    /// The sentence.
    package var evidence: String {
        switch self {
        case .accepted(let evidence), .refused(let evidence), .unknown(let evidence), .unanswered(let evidence):
            evidence
        }
    }
}
