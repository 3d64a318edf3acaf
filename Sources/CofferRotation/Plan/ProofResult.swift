// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a claim was found to be when somebody who knows was asked.
package enum ProofResult: String, Codable, Sendable {
    /// The provider's answer shows the claim.
    case proven

    /// The provider's answer shows the opposite.
    case refuted

    /// Nobody could be asked, or the answer told nothing.
    case unproven
}
