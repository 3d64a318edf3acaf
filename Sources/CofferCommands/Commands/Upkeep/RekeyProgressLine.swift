// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How far `coffer rekey` is: a bar with rate and remaining time on a terminal, a line for each tenth elsewhere.
final class RekeyProgressLine: Sendable {
    /// What is known of the space under way.
    private struct State {
        var space = ""
        var startedAt: Date?
        var startedWith = 0
        var tenth = -1
    }

    private static let barWidth = 20

    private let diagnostics: Diagnostics?
    private let now: @Sendable () -> Date
    private let state = Mutex(State())

    /// Begins.
    init(_ diagnostics: Diagnostics, now: @escaping @Sendable () -> Date, isQuiet: Bool) {
        self.diagnostics = isQuiet && !diagnostics.isTerminal ? nil : diagnostics
        self.now = now
    }

    /// Tells how far it is.
    func show(_ progress: RekeyProgress) {
        guard let diagnostics else { return }
        if let wait = progress.wait { return diagnostics.progress(Self.text(progress.space, wait)) }
        let text = state.withLock { state -> String? in
            if state.space != progress.space {
                state = State(space: progress.space, startedAt: now(), startedWith: progress.count)
            }
            let tenth = progress.count * 10 / max(progress.total, 1)
            defer { state.tenth = tenth }
            guard diagnostics.isTerminal || tenth != state.tenth else { return nil }
            let seconds = state.startedAt.map { now().timeIntervalSince($0) } ?? 0
            return Self.text(
                progress, count: progress.count - state.startedWith, in: seconds, hasBar: diagnostics.isTerminal)
        }
        if let text { diagnostics.progress(text) }
    }

    /// Takes the line away.
    func end() {
        diagnostics?.endProgress()
    }

    /// `re-keying main: waiting for a refresh that began before, 90 s at most`.
    static func text(_ space: String, _ wait: RekeyProgress.Wait) -> String {
        let what = wait.reason == .logged ? "whoever is reading the vault" : "a refresh that began before"
        return "re-keying \(space): waiting for \(what), \(wait.limit.components.seconds) s at most"
    }

    /// `re-keying main: 1500 of 2000, 9000 a second, 1 s left`.
    static func text(_ progress: RekeyProgress, count: Int, in seconds: Double, hasBar: Bool) -> String {
        var text = "re-keying \(progress.space)"
        if hasBar {
            let filled = min(progress.count * barWidth / max(progress.total, 1), barWidth)
            text +=
                " [" + String(repeating: "#", count: filled) + String(repeating: " ", count: barWidth - filled) + "]"
        }
        text += ": \(progress.count) of \(progress.total)"
        guard seconds > 0, count > 0 else { return text }
        let rate = Double(count) / seconds
        let left = Double(max(progress.total - progress.count, 0)) / rate
        // Bounded, so that no clock makes a conversion trap.
        return text + ", \(Int(min(rate, 1e9).rounded())) a second, \(Int(min(left, 1e9).rounded(.up))) s left"
    }
}
