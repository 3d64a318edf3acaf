// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A description file that can't be used.
package struct DescriptionError: Error, Equatable {
    /// All that is wrong with it, in the order of its lines; at least one.
    package var problems: [DescriptionProblem]

    /// Collects what is wrong.
    package init(_ problems: [DescriptionProblem]) { self.problems = problems }
}
