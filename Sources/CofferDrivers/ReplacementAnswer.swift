// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferRotation

/// What a driver brings back.
package enum ReplacementAnswer: Sendable, Equatable {
    /// A new secret, and how it was come by in a sentence without it.
    case replaced(Secret, evidence: String)

    /// A person must fetch it.
    case needsOperator(OperatorRequest)
}
