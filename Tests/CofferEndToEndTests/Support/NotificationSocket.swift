// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import SystemPackage

/// A service manager's end of sd_notify(3): a datagram socket, and what was sent to it.
final class NotificationSocket: Sendable {
    private let socket: FileDescriptor
    private let queue = DispatchQueue(label: "coffer.tests.notifications")

    /// Binds to a path, or to an abstract name that begins with `@`.
    ///
    /// - Throws: `Errno`.
    init(_ name: String) throws {
        let number = Foundation.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        socket = FileDescriptor(rawValue: number)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8) }
        var byteCount = MemoryLayout<sockaddr_un>.size
        if name.hasPrefix("@") {
            address.sun_path.0 = 0
            byteCount = MemoryLayout<sa_family_t>.size + name.utf8.count
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, socklen_t(byteCount)) }
        }
        guard result == 0 else { throw Errno(rawValue: errno) }
    }

    deinit { try? socket.close() }

    /// Waits for the next datagram, and gives its lines.
    func next() async -> [String] {
        let bytes = await withCheckedContinuation { continuation in
            queue.async { [socket] in
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = buffer.withUnsafeMutableBytes { bytes in
                    (try? socket.read(into: bytes, retryOnInterrupt: true)) ?? 0
                }
                continuation.resume(returning: Array(buffer.prefix(count)))
            }
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Waits for the next datagram that is no sign of life.
    func nextNews() async -> [String] {
        while true {
            let lines = await next()
            if lines != ["WATCHDOG=1"] { return lines }
        }
    }
}
