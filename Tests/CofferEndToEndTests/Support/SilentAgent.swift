// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Synchronization
import SystemPackage

/// Something in an agent's place that takes questions and answers none.
final class SilentAgent: Sendable {
    /// How long a question is waited for, in seconds, so that a program that asks none hangs no test.
    private static let patience = 60

    private let listener: FileDescriptor
    private let queue = DispatchQueue(label: "coffer.tests.silence")
    private let taken = Mutex<[FileDescriptor]>([])

    /// Listens where the agent of a home would.
    ///
    /// - Throws: `Errno`, and what making the folder throws.
    init(in home: Home) throws {
        let folder = "\(home.path)/run/coffer"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let number = Foundation.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        listener = FileDescriptor(rawValue: number)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        Self.bound(number)
        let result = UnixConnection.withAddress(of: "\(folder)/agent.sock") { bind(number, $0, $1) }
        guard result == 0, listen(number, 8) == 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        for connection in taken.withLock({ $0 }) { try? connection.close() }
        try? listener.close()
    }

    /// Waits for somebody, and gives his question; nothing if nobody came.
    ///
    /// He is left waiting for as long as this lives.
    func question() async -> String {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.take()) }
        }
    }

    private func take() -> String {
        let number = accept(listener.rawValue, nil, nil)
        guard number >= 0 else { return "" }
        let connection = FileDescriptor(rawValue: number)
        taken.withLock { $0.append(connection) }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        Self.bound(number)
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.hasSuffix("\r\n\r\n") {
            let count = buffer.withUnsafeMutableBytes { bytes in
                (try? connection.read(into: bytes, retryOnInterrupt: true)) ?? 0
            }
            guard count > 0 else { return text }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
        return text
    }

    private static func bound(_ number: Int32) {
        var limit = timeval()
        limit.tv_sec = .init(patience)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
}
