// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One line of the table: what was measured, against what, in the same run.
struct Comparison: Sendable {
    /// What is compared.
    enum Quantity {
        /// Times, in seconds; the medians.
        case seconds
        /// Room, in bytes.
        case bytes
    }

    /// The row's name, as `ROW=` takes it.
    let row: String
    /// What was measured.
    let what: String
    /// What it is held against.
    let against: String
    /// What is compared.
    let quantity: Quantity
    /// How much each took.
    let amounts: (measured: Double, reference: Double)
    /// What one measurement is, for the report: `a get`, `1,000,000 rows`.
    let unit: String
    /// The ratio that is wanted at most.
    let target: Double

    /// Compares times.
    init(
        row: String, what: String, against: String, seconds: (measured: Double, reference: Double), unit: String,
        target: Double
    ) {
        self.init(row, what, against, .seconds, seconds, unit, target)
    }

    /// Compares room.
    init(
        row: String, what: String, against: String, bytes: (measured: Double, reference: Double), unit: String,
        target: Double
    ) {
        self.init(row, what, against, .bytes, bytes, unit, target)
    }

    private init(
        _ row: String, _ what: String, _ against: String, _ quantity: Quantity,
        _ amounts: (measured: Double, reference: Double), _ unit: String, _ target: Double
    ) {
        self.row = row
        self.what = what
        self.against = against
        self.quantity = quantity
        self.amounts = amounts
        self.unit = unit
        self.target = target
    }

    /// Measured over reference.
    var ratio: Double { amounts.measured / amounts.reference }
}
