// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Writes a document to a child as fast as the child reads it.
struct ChildFeed {
    /// The end of the pipe that is written to; its owner closes it.
    let descriptor: Int32
    /// Whether there is nothing more to write, or nobody to read it.
    private(set) var isOver: Bool
    private let document: Secret
    private var written = 0

    /// Prepares to write; over from the start without a document or a pipe.
    init(_ document: Secret?, to descriptor: Int32?) {
        let document = document ?? Secret(bytes: [])
        self.document = document
        self.descriptor = descriptor ?? -1
        isOver = descriptor == nil || document.isEmpty
        if let descriptor { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    }

    /// Writes what there is room for.
    mutating func write() {
        guard !isOver else { return }
        let (start, number) = (written, descriptor)
        let (count, reason) = document.withExposedBytes { bytes in
            Self.writing(UnsafeRawBufferPointer(rebasing: bytes[start...]), to: number)
        }
        written += max(count, 0)
        // A child may read less than it is given: it has what it wanted, or it has ended.
        isOver = count < 0 ? reason != EAGAIN && reason != EINTR : written == document.byteCount
    }

    /// Writes without the signal that would end a program which does not ignore it (write(2), EPIPE).
    ///
    /// SIGPIPE is sent to the thread that writes, so that it can be held back and taken off again here.
    ///
    /// - Returns: how many bytes, or -1 and why.
    private static func writing(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> (Int, Int32) {
        var signals = sigset_t()
        var before = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        #if canImport(Darwin)
        let count = Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #else
        let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
        let reason = errno
        var pending = sigset_t()
        if count < 0, reason == EPIPE, sigismember(&before, SIGPIPE) == 0, sigpending(&pending) == 0,
            sigismember(&pending, SIGPIPE) == 1
        {
            var taken: Int32 = 0
            sigwait(&signals, &taken)
        }
        return (count, reason)
    }
}
