// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Dispatch
import Foundation

@testable import CofferCommands

/// A pseudoterminal with a test at its other side.
final class PseudoTerminal: Sendable {
    /// The side that the test reads and writes.
    private let controller: Int32

    /// The side of the program, kept open so that it does not end between two prompts.
    let descriptor: Int32

    /// The file that the program opens.
    let path: String

    /// Opens one.
    init() throws {
        #if canImport(Darwin)
        controller = posix_openpt(O_RDWR | O_NOCTTY)
        guard controller >= 0, grantpt(controller) == 0, unlockpt(controller) == 0, let name = ptsname(controller)
        else { throw CommandError("input_output", message: "no pseudoterminal: \(errno)") }
        path = String(cString: name)
        #else
        // posix_openpt(3) and its kin hide behind _XOPEN_SOURCE; these are what they call
        // (pts(4), ioctl_tty(2)): TIOCSPTLCK unlocks the other side, TIOCGPTN says its number.
        controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (locked, number): (Int32, UInt32) = (0, 0)
        guard controller >= 0, ioctl(controller, 0x4004_5431, &locked) == 0,
            ioctl(controller, 0x8004_5430, &number) == 0
        else { throw CommandError("input_output", message: "no pseudoterminal: \(errno)") }
        path = "/dev/pts/\(number)"
        #endif
        descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    }

    /// Types.
    func type(_ text: String) {
        let bytes = Array(text.utf8)
        // A terminal holds little; who types faster is waited for.
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(controller, $0.baseAddress, min($0.count, 512)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads the screen until a text stands on it; empty if it does not within half a minute.
    @discardableResult
    func screen(until text: String) async throws -> String {
        try await BlockingCall.run(on: DispatchQueue(label: "test.screen")) { [controller] wake in
            let deadline = ContinuousClock.now.advanced(by: .seconds(30))
            let reader = DescriptorReader(descriptor: controller, deadline: deadline, wake: wake)
            var screen: [UInt8] = []
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
            defer { buffer.deallocate() }
            while case .bytes(let count) = try reader.read(into: buffer) {
                screen += buffer[..<count]
                let shown = String(decoding: screen, as: UTF8.self)
                if shown.contains(text) { return shown }
            }
            return ""
        }
    }

    /// What is on the screen already.
    func screenNow() throws -> String {
        let wake = try WakePipe()
        let reader = DescriptorReader(descriptor: controller, deadline: .now, wake: wake)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
        defer { buffer.deallocate() }
        guard case .bytes(let count) = try reader.read(into: buffer) else { return "" }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Closes the side that the program talks to; its number stays taken, as there is more to close at the end.
    func hangUp() {
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        dup2(nothing, controller)
        close(nothing)
    }

    /// Whether what is typed is shown.
    var hasEcho: Bool {
        var settings = termios()
        tcgetattr(descriptor, &settings)
        return settings.c_lflag & tcflag_t(ECHO) != 0 && settings.c_lflag & tcflag_t(ICANON) != 0
    }

    /// Makes the window so wide.
    func resize(columnCount: UInt16) {
        var size = winsize(ws_row: 24, ws_col: columnCount, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
    }

    deinit {
        close(descriptor)
        close(controller)
    }
}
