// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What came of having an old `client_secret` removed that stood beside the new one.
package enum SecretRemoval: Sendable, Equatable {
    /// The provider does not hold it any more; how that is known, in a sentence without secrets.
    case removed(evidence: String)

    /// A person must remove it.
    case needsOperator(OperatorRequest)
}
