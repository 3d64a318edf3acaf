// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads from a descriptor until a deadline, or until something wakes it.
struct DescriptorReader {
    /// What a read brought.
    enum Event: Equatable {
        /// So many bytes.
        case bytes(Int)
        /// The end of the input.
        case end
        /// A signal, instead of input.
        case signal(Int32)
        /// The other side of the prompt's terminal has gone, and no signal said so.
        case hungUp
        /// The task was cancelled.
        case cancelled
        /// Nothing came before the deadline.
        case timedOut
    }

    /// The descriptor, which somebody else owns.
    let descriptor: Int32

    /// How long a terminal that has gone is given for its SIGHUP.
    private static let hangUpGrace = Duration.milliseconds(250)

    /// When to give up.
    let deadline: ContinuousClock.Instant

    /// What ends the wait early, for a cancelled task.
    let wake: WakePipe

    /// What ends the wait early, for a signal; only prompts have it, so that the descriptor is a terminal's then.
    var signals: WakePipe?

    /// Waits for input and reads what there is.
    ///
    /// - Parameter buffer: where the bytes go; not empty.
    /// - Returns: what came first.
    /// - Throws: ``CommandError`` with the code `input_output`.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(CommandError) -> Event {
        while true {
            var polled = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.readEnd, events: Int16(POLLIN), revents: 0),
                // A negative number is passed over (poll(2)).
                pollfd(fd: signals?.readEnd ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&polled, 3, remainingMilliseconds(to: deadline))
            if ready == -1, errno != EINTR { throw failure(errno) }
            if ready == 0 { return .timedOut }
            guard ready > 0 else { continue }
            if polled[2].revents != 0, let signal = signals?.take() { return .signal(Int32(signal)) }
            if polled[1].revents != 0, wake.take() != nil { return .cancelled }
            guard polled[0].revents != 0 else { continue }
            #if canImport(Darwin)
            let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #elseif canImport(Musl)
            let count = Musl.read(descriptor, buffer.baseAddress, buffer.count)
            #else
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
            let number = errno
            if count == 0 || count < 0 && number == EIO, polled[0].revents & Int16(POLLHUP) != 0, let signals {
                return hangUp(signals)
            }
            if count >= 0 { return count == 0 ? .end : .bytes(count) }
            // A terminal whose other side has gone answers EIO.
            if number == EIO, isatty(descriptor) == 1 || polled[0].revents & Int16(POLLHUP) != 0 { return .end }
            if number != EINTR && number != EAGAIN && number != EWOULDBLOCK { throw failure(number) }
        }
    }

    /// The end of a terminal that has gone.
    ///
    /// Its readers are woken before the session's leader has its SIGHUP, so that which of both is seen first would
    /// be chance: the signal is waited for. Where it is ignored (`nohup`) the input has ended, no more.
    private func hangUp(_ signals: WakePipe) -> Event {
        guard SignalAction(of: SIGHUP)?.isIgnored == false else { return .end }
        let end = min(deadline, ContinuousClock.now.advanced(by: Self.hangUpGrace))
        var polled = pollfd(fd: signals.readEnd, events: Int16(POLLIN), revents: 0)
        while poll(&polled, 1, remainingMilliseconds(to: end)) == -1, errno == EINTR {}
        return signals.take().map { .signal(Int32($0)) } ?? .hungUp
    }

    /// What poll(2) is given: at least 0, rounded up so that it does not return too early.
    private func remainingMilliseconds(to deadline: ContinuousClock.Instant) -> Int32 {
        let remaining = ContinuousClock.now.duration(to: deadline)
        guard remaining > .zero else { return 0 }
        return Int32(min((remaining / .milliseconds(1)).rounded(.up), Double(Int32.max)))
    }

    /// The error for a number of errno.
    private func failure(_ number: Int32) -> CommandError {
        number == EBADF
            ? CommandError("usage", message: "descriptor \(descriptor) is not open for reading")
            : CommandError("input_output", message: "the input could not be read: \(SystemMessage.text(number))")
    }
}
