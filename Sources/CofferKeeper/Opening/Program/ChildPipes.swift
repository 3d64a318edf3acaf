// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What a child writes, read by us until a deadline: standard output into memory that is wiped, standard error line
/// by line.
///
/// Not a stream of a library's: what passes through that is an identity, and its buffers are wiped by nobody.
final class ChildPipes: Sendable {
    /// How reading ended.
    enum Outcome {
        /// Both came to their end.
        case output(Secret)
        /// There was more than the limit.
        case tooMuch
        /// The end did not come in time.
        case late
    }

    /// Longer lines of standard error are cut, in bytes.
    private static let longestLine = 500
    /// More lines than these are dropped.
    private static let mostLines = 50

    private let output: (read: Int32, write: Int32)
    private let errors: (read: Int32, write: Int32)

    /// What the child gets as standard output; whoever starts the child closes it.
    var outputEnd: Int32 { output.write }
    /// What the child gets as standard error; whoever starts the child closes it.
    var errorEnd: Int32 { errors.write }

    /// Opens both pipes, all ends closed on exec.
    ///
    /// - Throws: ``KeeperError/Code/identity`` if no descriptor is left.
    init() throws(KeeperError) {
        let output = try Self.open()
        do { errors = try Self.open() } catch {
            close(output.read)
            close(output.write)
            throw error
        }
        self.output = output
    }

    deinit {
        close(output.read)
        close(errors.read)
    }

    private static func open() throws(KeeperError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw KeeperError(.identity, "no pipe could be opened to the program that prints the identity")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Reads both to their ends; blocks.
    ///
    /// - Parameters:
    ///   - limit: The most bytes of standard output.
    ///   - deadline: When to give up.
    ///   - line: Gets each line of standard error.
    /// - Returns: how it ended.
    func read(limit: Int, until deadline: ContinuousClock.Instant, line: (String) -> Void) -> Outcome {
        var failure: Outcome?
        let text = Secret(byteCount: limit + 1) { memory in
            var filled = 0
            var lines = LineSplitter(longest: Self.longestLine, most: Self.mostLines)
            var (outputOpen, errorsOpen) = (true, true)
            while outputOpen || errorsOpen {
                var polled = [
                    pollfd(fd: outputOpen ? output.read : -1, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: errorsOpen ? errors.read : -1, events: Int16(POLLIN), revents: 0),
                ]
                let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
                let ready = poll(&polled, 2, Int32(min(max(left.rounded(.up), 0), 60_000)))
                if ready == -1, errno == EINTR { continue }
                if ready <= 0, left <= 0 {
                    failure = .late
                    break
                }
                if polled[0].revents != 0 {
                    let count = Self.take(output.read, UnsafeMutableRawBufferPointer(rebasing: memory[filled...]))
                    filled += count
                    outputOpen = count > 0
                    if filled > limit {
                        failure = .tooMuch
                        break
                    }
                }
                if polled[1].revents != 0 { errorsOpen = lines.take(from: errors.read, Self.take, line) }
            }
            lines.finish(line)
            return filled
        }
        return failure ?? .output(text)
    }

    /// Waits for a child's end without reaping it: one that has closed both pipes may run on.
    ///
    /// - Returns: false if it had not ended by then.
    func waits(forEndOf process: pid_t, until deadline: ContinuousClock.Instant) -> Bool {
        var pause: Int32 = 1
        while true {
            var information = siginfo_t()
            let isOver = waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT | WNOHANG)
            // The information stays zero while it runs; a failure means that somebody has reaped it.
            if isOver != 0 || information.si_signo == SIGCHLD { return true }
            guard ContinuousClock.now < deadline else { return false }
            _ = poll(nil, 0, pause)
            pause = min(pause * 2, 50)
        }
    }

    /// Reads once; 0 at the end, and at an error, which ends the pipe as well.
    private static func take(_ descriptor: Int32, _ target: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            #if canImport(Darwin)
            let count = Darwin.read(descriptor, target.baseAddress, target.count)
            #else
            let count = Glibc.read(descriptor, target.baseAddress, target.count)
            #endif
            if count >= 0 { return count }
            if errno != EINTR { return 0 }
        }
    }

    /// Makes lines of bytes that come in pieces.
    private struct LineSplitter {
        let longest: Int
        let most: Int
        private var line: [UInt8] = []
        private var count = 0

        init(longest: Int, most: Int) {
            self.longest = longest
            self.most = most
        }

        /// Takes a piece; false at the end.
        mutating func take(
            from descriptor: Int32, _ read: (Int32, UnsafeMutableRawBufferPointer) -> Int, _ body: (String) -> Void
        ) -> Bool {
            var piece = [UInt8](repeating: 0, count: 4096)
            let byteCount = piece.withUnsafeMutableBytes { read(descriptor, $0) }
            for byte in piece.prefix(byteCount) {
                if byte == UInt8(ascii: "\n") { finish(body) } else if line.count < longest { line.append(byte) }
            }
            return byteCount > 0
        }

        /// Ends the line that was begun.
        mutating func finish(_ body: (String) -> Void) {
            defer { line = [] }
            guard !line.isEmpty, count < most else { return }
            count += 1
            body(String(decoding: line, as: UTF8.self))
        }
    }
}
