// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a template, and where.
package struct TemplateFault: Error, Sendable, Equatable {
    /// The line, counted from 1.
    package let line: Int

    /// What is wrong, as a clause; nothing of the template is in it.
    package let reason: String
}
