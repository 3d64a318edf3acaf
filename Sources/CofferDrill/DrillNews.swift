// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferRotation

/// What is told while a drill runs.
package enum DrillNews: Sendable {
    /// So many of the made-up accounts are connected.
    case connected(Int, of: Int)

    /// What the rotation does, as in earnest.
    case rotating(RotationProgress)
}
