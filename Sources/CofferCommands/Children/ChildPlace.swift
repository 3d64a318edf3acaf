// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where a child runs: on a terminal of its own, beside us on ours, or by itself.
final class ChildPlace {
    /// How it is placed.
    enum Kind: Equatable {
        /// Our output is a terminal: the child gets one of its own and leads a session.
        ///
        /// What is typed reaches it through us, if we have the keyboard.
        case ownTerminal(isTyped: Bool)
        /// We have a keyboard, and our output goes elsewhere, or we are in the background.
        ///
        /// The child stays in our process group, as other commands of a pipeline do, and the keyboard's signals reach it by
        /// themselves.
        case besideUs
        /// No terminal: a process group of its own, to which we pass on what reaches us.
        case byItself
    }

    let kind: Kind
    private let terminals: Set<Int32>
    /// While our terminal passes on each key.
    private var raw: TerminalSettings?

    /// Looks which of our standard descriptors are terminals, and whether the keyboard is ours.
    init() {
        terminals = Set([STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].filter { isatty($0) == 1 })
        let hasKeyboard = terminals.contains(STDIN_FILENO)
        let isInFront = hasKeyboard && tcgetpgrp(STDIN_FILENO) == getpgrp()
        if terminals.contains(STDOUT_FILENO), isInFront || !hasKeyboard {
            kind = .ownTerminal(isTyped: hasKeyboard)
        } else {
            kind = hasKeyboard ? .besideUs : .byItself
        }
    }

    /// Whether what is typed goes through us.
    var isTyped: Bool { kind == .ownTerminal(isTyped: true) }

    /// Whether a descriptor of the child's is its own terminal.
    func isOnOwnTerminal(_ descriptor: Int32) -> Bool {
        switch kind {
        case .ownTerminal(let isTyped): terminals.contains(descriptor) && (isTyped || descriptor != STDIN_FILENO)
        case .besideUs, .byItself: false
        }
    }

    /// A terminal for the child, if it gets one.
    func openTerminal() throws(CommandError) -> ChildTerminal? {
        guard case .ownTerminal(let isTyped) = kind else { return nil }
        return try ChildTerminal(like: STDOUT_FILENO, isRaw: isTyped)
    }

    /// Has our terminal pass on each key and each byte as it is, if the child has one that does the rest.
    ///
    /// Again, too, when we go on after we were stopped: the shell has put its own settings in force.
    func passKeysOn() {
        raw = nil
        guard isTyped, tcgetpgrp(STDIN_FILENO) == getpgrp() else { return }
        raw = TerminalSettings(rawOf: STDIN_FILENO)
    }

    /// Gives our terminal the settings back that it had.
    func restore() { raw = nil }

    /// Whether a signal that reached us has reached the child by itself.
    func hasReachedChild(_ signal: Int32) -> Bool {
        kind == .besideUs && [SIGINT, SIGQUIT, SIGTSTP].contains(signal)
    }
}
