// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What came of asking for a new `client_secret`.
package enum SecretReplacement: Sendable, Equatable {
    /// The provider gave one and it is sealed as pending; the evidence says how, without it.
    case pendingSealed(evidence: String)

    /// A person must fetch it.
    case needsOperator(OperatorRequest)
}
