// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// One connection to an agent: a request, and the whole answer.
///
/// It blocks the thread that waits. A client library would keep what it sends, a passphrase, in buffers of its own.
final class AgentLine: Sendable {
    /// How long each step is waited for: longer than the agent waits for anything.
    private static let patienceSeconds = 130

    /// The longest answer: 1 MiB, as only short ones are asked for.
    private static let longestAnswer = 1 << 20

    private let number: Int32

    /// Makes a line that leads nowhere yet.
    init() throws {
        number = UnixAddress.makeStream()
        guard number >= 0 else { throw AgentError(.unreachable, "no socket could be made") }
        var limit = timeval()
        limit.tv_sec = .init(Self.patienceSeconds)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(number, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        #if canImport(Darwin)
        var on: Int32 = 1
        setsockopt(number, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #endif
    }

    deinit { if number >= 0 { close(number) } }

    /// Ends whatever waits.
    func interrupt() { shutdown(number, Int32(SHUT_RDWR)) }

    /// Connects, sends, and reads up to the end.
    ///
    /// - Throws: ``AgentError`` `unreachable` if nobody serves there, or does not answer.
    func exchange(_ request: ByteBuffer, at path: String) throws -> [UInt8] {
        guard let address = UnixAddress(path), address({ connect(number, $0, $1) }) == 0 else {
            throw AgentError(.unreachable, "no agent serves at \(path); start one with: coffer agent")
        }
        // Whoever else could stand there must not get a passphrase.
        guard SocketPeer.user(at: number) == geteuid() else {
            throw AgentError(.unreachable, "another user serves at \(path)")
        }
        guard request.withUnsafeReadableBytes({ send($0) }), let answer = read() else {
            throw AgentError(.unreachable, "the agent at \(path) did not answer")
        }
        return answer
    }

    private func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        #if canImport(Darwin)
        let flags: Int32 = 0
        #else
        let flags = Int32(MSG_NOSIGNAL)
        #endif
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Darwin)
            let count = Darwin.send(number, part.baseAddress, part.count, flags)
            #else
            let count = Glibc.send(number, part.baseAddress, part.count, flags)
            #endif
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func read() -> [UInt8]? {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while all.count <= Self.longestAnswer {
            let count = recv(number, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            // Whoever is sent away unread has its connection reset.
            guard count > 0 else { return count == 0 || errno == ECONNRESET ? all : nil }
            all += buffer.prefix(count)
        }
        return nil
    }
}
