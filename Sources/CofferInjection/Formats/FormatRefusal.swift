// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a format has no way to say.
package struct FormatRefusal: Error, Sendable, Equatable {
    /// The format's name.
    package let format: String

    /// The variable's name; absent where it is about all of them.
    package let variable: String?

    /// What is in the way, as a clause, as "it holds a line break"; nothing of the value is in it.
    package let reason: String

    /// All of it, as a clause.
    package var message: String {
        "\(variable.map { "variable \($0)" } ?? "all of it") can't be written as \(format): \(reason)"
    }
}
