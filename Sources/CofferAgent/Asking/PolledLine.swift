// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A connection to an agent of this user, on which nothing is waited for beyond a moment that is said.
final class PolledLine {
    /// What came of waiting.
    enum Received: Equatable {
        /// So many bytes.
        case bytes(Int)
        /// Nothing more, and nothing more will.
        case end
        /// Nothing in time.
        case late
    }

    private let number: Int32

    /// Connects; nil where nobody of this user serves, or so many wait already that one more would.
    init?(to path: String) {
        number = UnixAddress.makeStream()
        guard number >= 0, let address = UnixAddress(path), fcntl(number, F_SETFL, O_NONBLOCK) == 0 else { return nil }
        let socket = number
        guard address({ connect(socket, $0, $1) }) == 0, SocketPeer.user(at: socket) == geteuid() else { return nil }
    }

    deinit { if number >= 0 { close(number) } }

    /// Sends a text; says whether there was room for all of it, as there is for one line and a few fields.
    func send(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            #if canImport(Darwin)
            let count = Darwin.send(number, bytes.baseAddress, bytes.count, 0)
            #else
            let count = Glibc.send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            #endif
            return count == bytes.count
        }
    }

    /// Takes what has come, and waits where nothing has.
    ///
    /// - Parameters:
    ///   - room: where it is written; not empty.
    ///   - end: until when to wait.
    /// - Returns: what came.
    func receive(into room: UnsafeMutableRawBufferPointer, until end: ContinuousClock.Instant) -> Received {
        while true {
            let count = recv(number, room.baseAddress, room.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            if errno == EAGAIN || errno == EWOULDBLOCK {
                guard waits(until: end) else { return .late }
            } else if errno != EINTR {
                return .end
            }
        }
    }

    /// Waits until there is something to take, be it the end; false if the time is over.
    private func waits(until end: ContinuousClock.Instant) -> Bool {
        var wanted = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        while true {
            let rest = ContinuousClock.now.duration(to: end)
            guard rest > .zero else { return false }
            // Rounded up: less than a millisecond would be no wait at all.
            let count = poll(&wanted, 1, Int32(clamping: Int64(rest / .milliseconds(1)) + 1))
            if count > 0 { return true }
            guard count == 0 || errno == EINTR else { return false }
        }
    }
}
