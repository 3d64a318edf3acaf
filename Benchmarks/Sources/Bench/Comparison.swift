// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One line of the table: what was measured, against what, in the same run.
struct Comparison: Sendable {
    /// The row's name, as `ROW=` takes it.
    let row: String
    /// What was measured.
    let what: String
    /// What it is held against.
    let against: String
    /// How long each took, in seconds; the medians.
    let seconds: (measured: Double, reference: Double)
    /// What one measurement is, for the report: `a get`, `1,000,000 rows`.
    let unit: String
    /// The ratio that is wanted at most.
    let target: Double

    /// Measured over reference.
    var ratio: Double { seconds.measured / seconds.reference }
}
