// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The settings of a terminal, put back when this value goes (termios(3)).
struct TerminalSettings: ~Copyable {
    /// The terminal, which somebody else owns.
    private let descriptor: Int32

    /// The settings before.
    private var before: termios

    /// Turns the echo off, and takes input by the character.
    ///
    /// By the character, because a terminal that edits lines cuts them at 4096 bytes (termios(3),
    /// "canonical mode") without saying so, and tokens are longer. What was typed before the
    /// prompt is thrown away: it was echoed.
    ///
    /// - Parameter descriptor: the terminal.
    /// - Throws: ``CommandError`` with the code `no_terminal` if it is none.
    init(hidingInputOf descriptor: Int32) throws(CommandError) {
        before = termios()
        self.descriptor = descriptor
        guard tcgetattr(descriptor, &before) == 0 else { throw TerminalDevice.noTerminal }
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON)
        // What a terminal does with these while it edits lines, ``HiddenLine`` does itself.
        withUnsafeMutableBytes(of: &hidden.c_cc) { controls in
            controls[Int(VMIN)] = 1
            controls[Int(VTIME)] = 0
        }
        guard tcsetattr(descriptor, TCSAFLUSH, &hidden) == 0 else {
            throw CommandError("input_output", message: "the terminal does not turn its echo off")
        }
    }

    /// Has a terminal pass on each key and each byte as it is: cfmakeraw(3).
    ///
    /// `nil` if it is none.
    ///
    /// - Parameter descriptor: the terminal.
    init?(rawOf descriptor: Int32) {
        before = termios()
        self.descriptor = descriptor
        guard tcgetattr(descriptor, &before) == 0 else { return nil }
        var raw = before
        cfmakeraw(&raw)
        guard tcsetattr(descriptor, TCSADRAIN, &raw) == 0 else { return nil }
    }

    deinit {
        // Flushing again: the rest of a paste would be echoed, and run by the shell.
        var before = before
        while tcsetattr(descriptor, TCSAFLUSH, &before) != 0 && errno == EINTR {}
    }
}
