// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferMasking

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// One output of a child on its way to ours.
struct MaskedOutput: Sendable {
    /// How it ended.
    struct End: Sendable {
        /// Why it could not be passed on; not that nobody reads it any more.
        var failure: CommandError?
        /// Whether a process that the child left behind still has it.
        var isStillOpen = false
    }

    /// How long is waited, all in all, for what comes after the child has ended.
    private static let patienceMilliseconds: Int32 = 2000
    /// More than a pipe holds (pipe(7)): what is read beyond was written after the child had ended.
    private static let mostAfterEnd = 1 << 20

    /// What the child prints; closed when this is done, so that a child whose output nobody reads is told (SIGPIPE).
    let source: Int32
    let target: DescriptorOutput
    let mask: SecretMask
    /// Becomes readable when the child has ended, and stays so.
    let childEnded: WakePipe

    /// Passes on what comes, until there is no more of it.
    func run() -> End {
        defer { close(source) }
        var stream = MaskingStream(mask)
        var end = End()
        do {
            end.isStillOpen = try passOn(&stream)
            try stream.finish { try target.write($0) }
        } catch let error as CommandError {
            end.failure = error.code == "closed_pipe" ? nil : error
        } catch {
            end.failure = CommandError(error)
        }
        return end
    }

    /// - Returns: whether more might have come.
    private func passOn(_ stream: inout MaskingStream) throws -> Bool {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer {
            memory.initializeMemory(as: UInt8.self, repeating: 0)
            memory.deallocate()
        }
        var isEnding = false
        var patience = Self.patienceMilliseconds
        var countAfterEnd = 0
        while true {
            var wanted = [
                pollfd(fd: source, events: Int16(POLLIN), revents: 0),
                pollfd(fd: childEnded.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            let before = ContinuousClock.now
            let count = poll(&wanted, isEnding ? 1 : 2, isEnding ? patience : -1)
            if isEnding {
                let waited = before.duration(to: .now) / .milliseconds(1)
                patience = max(0, patience - Int32(clamping: Int(waited)))
            }
            if count < 0, errno != EINTR { throw Self.unreadable }
            if count == 0 { return true }
            isEnding = isEnding || wanted[1].revents != 0
            guard wanted[0].revents != 0 else { continue }
            let size = read(source, memory.baseAddress, memory.count)
            if size > 0 {
                try stream.write(UnsafeRawBufferPointer(rebasing: memory[..<size])) { try target.write($0) }
                if isEnding { countAfterEnd += size }
                if countAfterEnd > Self.mostAfterEnd { return true }
            } else if size == 0 || errno == EIO {
                // A terminal that nobody has open any more answers EIO.
                return false
            } else if errno != EINTR && errno != EAGAIN {
                throw Self.unreadable
            }
        }
    }

    private static var unreadable: CommandError {
        CommandError("input_output", message: "the command's output can't be read: \(SystemMessage.text(errno))")
    }
}
