// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Synchronization
import SystemPackage

/// A pipe between a test and its child; waiting on it holds none of the threads that tasks share.
final class ChildPipe: Sendable {
    /// Which end the test has.
    enum Direction {
        case toChild
        case fromChild
    }

    /// What the child gets; closed here once it was started.
    let childEnd: FileDescriptor
    private let testEnd: FileDescriptor
    private let isOpen = Mutex(true)
    private let queue = DispatchQueue(label: "coffer.tests.pipe")

    /// Makes a pipe.
    ///
    /// - Parameters:
    ///   - direction: which way bytes go.
    ///   - holdsOneWrite: whether the child's next write waits until the last one was read: then a child that tells
    ///     what it does is never more than one line ahead of the test.
    /// - Throws: `Errno` if the system has no descriptor left.
    init(_ direction: Direction, holdsOneWrite: Bool = false) throws {
        Self.ignoreClosedPipes
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #if os(Linux)
        if holdsOneWrite {
            _ = fcntl(ends[1], F_SETFL, fcntl(ends[1], F_GETFL) | Self.packetMode)
            _ = fcntl(ends[1], Self.setPipeSize, 4096)
        }
        #endif
        let (reading, writing) = (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
        (testEnd, childEnd) = direction == .toChild ? (writing, reading) : (reading, writing)
    }

    deinit { close() }

    /// Closes the test's end.
    func close() {
        isOpen.withLock { isOpen in
            if isOpen { try? testEnd.close() }
            isOpen = false
        }
    }

    /// Waits for what the child writes next; nothing is the end.
    func read() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            queue.async { [testEnd] in
                var buffer = [UInt8](repeating: 0, count: 65536)
                let count = buffer.withUnsafeMutableBytes { bytes in
                    (try? testEnd.read(into: bytes, retryOnInterrupt: true)) ?? 0
                }
                continuation.resume(returning: Array(buffer.prefix(count)))
            }
        }
    }

    /// Waits for everything up to the end.
    func readToEnd() async -> [UInt8] {
        var all: [UInt8] = []
        while case let bytes = await read(), !bytes.isEmpty { all += bytes }
        return all
    }

    /// Writes, and passes over that the child reads no more.
    func write(_ bytes: [UInt8]) async {
        await withCheckedContinuation { continuation in
            queue.async { [testEnd] in
                _ = try? testEnd.writeAll(bytes)
                continuation.resume()
            }
        }
    }

    #if os(Linux)
    // What <fcntl.h> shows to C with _GNU_SOURCE only, so that Swift doesn't see it.

    /// `O_DIRECT`: each write is a packet, which fills one of the pipe's pages; pipe(2).
    #if arch(arm64)
    private static let packetMode: Int32 = 0o200000
    #else
    private static let packetMode: Int32 = 0o40000
    #endif
    /// `F_SETPIPE_SZ`; fcntl(2).
    private static let setPipeSize: Int32 = 1031
    #endif

    /// A child that has gone is an error of write(2), not the end of the tests.
    private static let ignoreClosedPipes: Void = {
        signal(SIGPIPE, SIG_IGN)
    }()
}
