// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The three pipes of a child, served by us until a deadline: what it reads, what it prints into memory that is wiped, and
/// its standard error line by line.
///
/// Not a stream of a library's: what passes through is an identity or a `client_secret`, and its buffers are wiped by nobody.
final class ChildPipes: Sendable {
    /// How it ended.
    enum Outcome {
        /// Output and errors came to their end.
        case output(Secret)
        /// There was more than the limit.
        case tooMuch
        /// The end did not come in time.
        case late
    }

    /// The longest wait without a look at the clock, in milliseconds.
    private static let longestPause = 60_000.0

    /// What the child gets as standard input, a pipe or the null device; whoever starts the child closes it.
    let inputEnd: Int32
    /// Our end of that pipe, until it is closed.
    private let feedEnd: Mutex<Int32?>
    private let output: (read: Int32, write: Int32)
    private let errors: (read: Int32, write: Int32)

    /// What the child gets as standard output; whoever starts the child closes it.
    var outputEnd: Int32 { output.write }
    /// What the child gets as standard error; whoever starts the child closes it.
    var errorEnd: Int32 { errors.write }

    /// Opens the pipes, all ends closed on exec; nil if no descriptor is left.
    ///
    /// - Parameter hasInput: whether something is written to the child.
    init?(hasInput: Bool) {
        var opened: [Int32] = []
        for _ in 0..<(hasInput ? 3 : 2) {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { break }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            opened += ends
        }
        if !hasInput { opened.append(open("/dev/null", O_RDONLY | O_CLOEXEC)) }
        guard opened.count == (hasInput ? 6 : 5), opened[4] >= 0 else {
            for descriptor in opened where descriptor >= 0 { close(descriptor) }
            return nil
        }
        output = (opened[0], opened[1])
        errors = (opened[2], opened[3])
        inputEnd = opened[4]
        feedEnd = Mutex(hasInput ? opened[5] : nil)
    }

    deinit {
        close(output.read)
        close(errors.read)
        closeFeed()
    }

    /// Serves all three until output and errors have come to their ends; blocks.
    ///
    /// - Parameters:
    ///   - document: What the child reads; what it leaves unread is dropped.
    ///   - limit: The most bytes of standard output.
    ///   - deadline: When to give up, however much there is to read.
    ///   - line: Gets each line of standard error.
    /// - Returns: how it ended.
    func serve(
        _ document: Secret?, limit: Int, until deadline: ContinuousClock.Instant, line: (String) -> Void
    ) -> Outcome {
        var failure: Outcome?
        var feed = ChildFeed(document, to: feedEnd.withLock { $0 })
        let text = Secret(byteCount: limit + 1) { memory in
            var filled = 0
            var lines = LineSplitter()
            var (outputOpen, errorsOpen) = (true, true)
            while outputOpen || errorsOpen {
                // Asked each time: a child that writes without end would else be read without end.
                let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
                guard left > 0 else {
                    failure = .late
                    break
                }
                if feed.isOver { closeFeed() }
                var polled = [
                    pollfd(fd: outputOpen ? output.read : -1, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: errorsOpen ? errors.read : -1, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: feed.isOver ? -1 : feed.descriptor, events: Int16(POLLOUT), revents: 0),
                ]
                guard poll(&polled, 3, Int32(min(left.rounded(.up), Self.longestPause))) > 0 else { continue }
                if polled[2].revents != 0 { feed.write() }
                if polled[0].revents != 0 {
                    let count = Self.take(output.read, UnsafeMutableRawBufferPointer(rebasing: memory[filled...]))
                    filled += count
                    outputOpen = count > 0
                    if filled > limit {
                        failure = .tooMuch
                        break
                    }
                }
                if polled[1].revents != 0 { errorsOpen = Self.take(lines: &lines, errors.read, line) }
            }
            lines.finish(line)
            return filled
        }
        closeFeed()
        return failure ?? .output(text)
    }

    /// Waits for a child's end without reaping it: one that has closed its pipes may run on.
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

    private func closeFeed() {
        feedEnd.withLock { end in
            if let end { close(end) }
            end = nil
        }
    }

    /// Reads a piece of lines; false at their end.
    private static func take(lines: inout LineSplitter, _ descriptor: Int32, _ line: (String) -> Void) -> Bool {
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = piece.withUnsafeMutableBytes { take(descriptor, $0) }
        lines.take(piece.prefix(count), line)
        return count > 0
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
}
