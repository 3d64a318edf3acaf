// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import SystemPackage

/// A connection to a Unix socket, byte for byte; waiting on it holds none of the threads that tasks share.
final class UnixConnection: Sendable {
    private let socket: FileDescriptor
    private let queue = DispatchQueue(label: "coffer.tests.connection")

    /// Connects.
    ///
    /// - Throws: `Errno` of connect(2).
    init(to path: String) async throws {
        signal(SIGPIPE, SIG_IGN)
        let number = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        socket = FileDescriptor(rawValue: number)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        let failure = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Self.connect(number, path)) }
        }
        guard failure == 0 else { throw Errno(rawValue: failure) }
    }

    deinit { try? socket.close() }

    /// Writes; whether the other end has taken all of it.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8> & Sendable) async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async { [socket] in
                continuation.resume(returning: (try? socket.writeAll(bytes)) != nil)
            }
        }
    }

    /// Says that nothing more will be sent.
    func endSending() {
        shutdown(socket.rawValue, Int32(SHUT_WR))
    }

    /// Waits for more; nothing at the end.
    func read() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            queue.async { [socket] in
                var buffer = [UInt8](repeating: 0, count: 65536)
                let count = buffer.withUnsafeMutableBytes { bytes in
                    (try? socket.read(into: bytes, retryOnInterrupt: true)) ?? 0
                }
                continuation.resume(returning: Array(buffer.prefix(count)))
            }
        }
    }

    /// Waits for everything up to the end.
    func readToEnd() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            queue.async { [socket] in
                var all: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65536)
                while true {
                    let count = buffer.withUnsafeMutableBytes { bytes in
                        (try? socket.read(into: bytes, retryOnInterrupt: true)) ?? 0
                    }
                    guard count > 0 else { return continuation.resume(returning: all) }
                    all += buffer.prefix(count)
                }
            }
        }
    }

    /// Gives the address of a path to a body; nil where it is too long for one.
    static func withAddress<Result>(
        of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func connect(_ number: Int32, _ path: String) -> Int32 {
        guard let result = withAddress(of: path, { Foundation.connect(number, $0, $1) }) else { return ENAMETOOLONG }
        return result == 0 ? 0 : errno
    }
}
