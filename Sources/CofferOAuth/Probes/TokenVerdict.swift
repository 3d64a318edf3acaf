// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Whether an access token works, with a sentence that says how that is known.
package enum TokenVerdict: Sendable, Equatable {
    /// It works.
    case alive(evidence: String)
    /// It does not.
    case dead(evidence: String)
    /// Nothing follows from what was tried, or nothing could be.
    case unknown(evidence: String)

    /// The sentence.
    package var evidence: String {
        switch self {
        case .alive(let evidence), .dead(let evidence), .unknown(let evidence): evidence
        }
    }
}
