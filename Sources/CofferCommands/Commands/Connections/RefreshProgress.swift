// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Synchronization

/// How far `coffer refresh` is.
final class RefreshProgress: Sendable {
    /// Where it is told; nowhere if it is to be quiet and nobody watches.
    private let progress: Progress?

    /// How many have ended.
    private let count = Atomic<Int>(0)

    /// Begins.
    init(_ diagnostics: Diagnostics, isQuiet: Bool) {
        progress = isQuiet && !diagnostics.isTerminal ? nil : Progress("refreshing", on: diagnostics)
    }

    /// Tells of one that has ended.
    func show(_ line: RefreshLine) {
        if line.failure is CancellationError { return }
        let (_, number) = count.add(1, ordering: .relaxed)
        progress?.step(number, "\(line.path) \(line.outcome.rawValue)")
    }

    /// Takes the line away.
    func end() {
        progress?.end()
    }
}
