// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferRotation

/// What came of new tokens for one connection whose tokens leaked.
package struct ContainedConnection: Sendable {
    /// The connection.
    package let path: CredentialPath
    /// How it ended.
    package let result: ReissueResult
    /// What the provider was asked, and what it said.
    package let proofs: [Proof]
}
