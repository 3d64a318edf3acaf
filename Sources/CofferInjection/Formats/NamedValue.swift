// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A variable with what it holds.
package struct NamedValue: Sendable {
    /// Letters, digits and `_`, and no digit first.
    package let name: String

    /// What it holds: any bytes.
    package let value: Secret

    /// Whether the value must not be seen.
    package let isSecret: Bool

    /// Puts both together.
    package init(_ name: String, _ value: Secret, isSecret: Bool = true) {
        self.name = name
        self.value = value
        self.isSecret = isSecret
    }
}
