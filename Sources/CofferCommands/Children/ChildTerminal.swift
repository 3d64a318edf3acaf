// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A terminal for a child whose output is masked on its way to ours: pty(7).
final class ChildTerminal: Sendable {
    /// What the child prints comes out here, and what is typed goes in.
    let master: Int32
    /// The name that the child opens.
    let name: String
    /// Held open, so that there is a terminal before the child has opened it.
    private let slave: Int32

    /// Opens one that has the settings and the size of ours.
    ///
    /// - Parameters:
    ///   - ours: a descriptor of our terminal.
    ///   - isRaw: whether ours passes on what it gets; if not it adds what lines end with, and the child's must not.
    /// - Throws: ``CommandError`` with the code `input_output`.
    init(like ours: Int32, isRaw: Bool) throws(CommandError) {
        var text = [CChar](repeating: 0, count: 128)
        let master = coffer_open_terminal(&text, text.count)
        guard master >= 0 else { throw Self.failure }
        let name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else {
            close(master)
            throw Self.failure
        }
        var settings = termios()
        if tcgetattr(ours, &settings) == 0 {
            if !isRaw { settings.c_oflag &= ~tcflag_t(OPOST) }
            _ = tcsetattr(slave, TCSANOW, &settings)
        }
        self.master = master
        self.name = name
        self.slave = slave
        takeSize(of: ours)
    }

    /// Makes it as large as ours, which tells the child (SIGWINCH) if that is new.
    func takeSize(of ours: Int32) {
        var size = winsize()
        guard ioctl(ours, UInt(TIOCGWINSZ), &size) == 0 else { return }
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Ours is not needed any more: reading ends when the child and all that it started have closed theirs.
    func leaveToChild() { close(slave) }

    private static var failure: CommandError {
        CommandError(
            "input_output", message: "no terminal could be opened for the command: \(SystemMessage.text(errno))",
            hint: "--no-mask runs it on this one")
    }
}
