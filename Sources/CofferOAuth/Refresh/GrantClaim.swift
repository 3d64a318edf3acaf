// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The word of a process that it is about to refresh a grant, until it is taken back.
package struct GrantClaim: Sendable {
    private let takeBack: @Sendable () -> Void

    /// A claim.
    ///
    /// - Parameter takeBack: what ends it.
    package init(_ takeBack: @escaping @Sendable () -> Void) {
        self.takeBack = takeBack
    }

    /// Takes it back.
    package func release() { takeBack() }
}
