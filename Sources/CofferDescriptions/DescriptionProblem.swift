// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a description file, and where.
package struct DescriptionProblem: Sendable, Equatable {
    /// The line, from 1; `nil` if it is about the whole file.
    package var line: Int?
    /// The field's dotted name, if it is about one.
    package var field: String?
    /// What is wrong, as the end of a sentence.
    package var message: String

    /// Names a problem.
    package init(line: Int? = nil, field: String? = nil, _ message: String) {
        self.line = line
        self.field = field
        self.message = message
    }

    /// One line for people.
    package var sentence: String {
        [line.map { "line \($0)" }, field, message].compactMap(\.self).joined(separator: ": ")
    }
}
