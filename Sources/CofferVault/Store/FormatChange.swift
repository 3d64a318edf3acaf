// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What became of the format of a vault.
package struct FormatChange: Sendable, Equatable {
    /// The format that was found.
    package let from: UInt64
    /// The format that the vault has now.
    package let to: UInt64

    /// Names both.
    package init(from: UInt64, to: UInt64) {
        self.from = from
        self.to = to
    }
}
