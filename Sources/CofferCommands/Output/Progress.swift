// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How far a piece of long work is, told as it goes: `refreshing 3 of 12: main/amocrm/acme`.
///
/// On a terminal one line is redrawn and goes away at the end; elsewhere each step is a line.
struct Progress: Sendable {
    /// What is being done: `refreshing`.
    private let activity: String

    /// How many steps there are, where that is known.
    private let total: Int?

    /// Where it is told.
    private let diagnostics: Diagnostics

    /// Begins without telling anything.
    ///
    /// - Parameters:
    ///   - activity: what is being done.
    ///   - total: how many steps there are.
    ///   - diagnostics: where it is told.
    init(_ activity: String, total: Int? = nil, on diagnostics: Diagnostics) {
        self.activity = activity
        self.total = total
        self.diagnostics = diagnostics
    }

    /// Tells which step is being done.
    ///
    /// - Parameters:
    ///   - number: the step, the first is 1.
    ///   - subject: what it is done to.
    func step(_ number: Int, _ subject: String) {
        let count = total.map { "\(number) of \($0)" } ?? "\(number)"
        diagnostics.progress("\(activity) \(count): \(subject)")
    }

    /// Takes the line away, and tells how it ended if there is something to tell.
    func end(_ text: String? = nil) {
        diagnostics.endProgress()
        if let text { diagnostics.note(text) }
    }
}
