// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Which of our standard descriptors are a terminal, and who has it in hand.
///
/// A child whose output is masked and goes to a terminal gets one of its own. Else it stays on ours, in a process group of its own to
/// which the terminal is lent: then the keyboard's signals reach it, once, and not us.
final class ChildPlace {
    private let terminals: Set<Int32>
    /// While it passes on each key.
    private var raw: TerminalSettings?

    /// Looks.
    init() {
        terminals = Set([STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].filter { isatty($0) == 1 })
    }

    /// The output that is a terminal: standard output before standard error.
    var firstTerminal: Int32? { [STDOUT_FILENO, STDERR_FILENO].first(where: terminals.contains) }

    /// Whether what is typed goes through us to a terminal of the child's own.
    var isTyped: Bool { firstTerminal != nil && terminals.contains(STDIN_FILENO) }

    /// Whether a descriptor is a terminal.
    func isTerminal(_ descriptor: Int32) -> Bool { terminals.contains(descriptor) }

    /// A terminal for the child, if its output goes to one.
    func openTerminal() throws(CommandError) -> ChildTerminal? {
        guard let firstTerminal else { return nil }
        return try ChildTerminal(like: firstTerminal, isRaw: isTyped)
    }

    /// Gives the terminal to the child, as far as it is ours to give.
    ///
    /// Where the child has one of its own, ours passes on each key as it is, and each byte that is shown.
    func give(to child: StartedChild) {
        if isTyped { raw = TerminalSettings(rawOf: STDIN_FILENO) }
        guard firstTerminal == nil, terminals.contains(STDIN_FILENO), tcgetpgrp(STDIN_FILENO) == getpgrp() else {
            return
        }
        _ = tcsetpgrp(STDIN_FILENO, child.number)
        // It may have read before it was allowed to, and been stopped.
        child.continue()
    }

    /// Takes it back, with the settings that it had.
    func take(from child: StartedChild) {
        raw = nil
        guard firstTerminal == nil, terminals.contains(STDIN_FILENO), tcgetpgrp(STDIN_FILENO) == child.number else {
            return
        }
        // Whoever is in the background is stopped for this (tcsetpgrp(3)), unless he ignores it.
        let before = signal(SIGTTOU, SIG_IGN)
        _ = tcsetpgrp(STDIN_FILENO, getpgrp())
        signal(SIGTTOU, before)
    }
}
