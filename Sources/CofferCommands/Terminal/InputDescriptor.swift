// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Standard input, or another descriptor that a secret is given on.
struct InputDescriptor: Sendable {
    /// Standard input.
    static let standard = InputDescriptor(STDIN_FILENO)

    /// The number of the descriptor, which somebody else owns.
    let number: Int32

    /// Names a descriptor that somebody else owns.
    init(_ number: Int32) {
        self.number = number
    }

    /// Whether a person types on it.
    var isTerminal: Bool { isatty(number) == 1 }

    /// Reads everything up to the end, into memory that is wiped.
    ///
    /// - Parameters:
    ///   - limit: the most there may be, in bytes.
    ///   - deadline: how long the whole of it is waited for.
    /// - Returns: the bytes as they are.
    /// - Throws: ``CommandError`` with the code `input_too_large`, `no_answer`, `usage` if the
    ///   descriptor is not open, or `input_output`; `CancellationError`.
    func contents(limit: Int, deadline: Duration = TerminalQuestion.patience) async throws -> Secret {
        let end = ContinuousClock.now.advanced(by: deadline)
        return try await BlockingCall.run(on: DispatchQueue(label: "coffer.input")) { [number] wake in
            let reader = DescriptorReader(descriptor: number, deadline: end, wake: wake)
            // Room for what is likely, and a byte to see the end in; more than that only for an input that has it.
            var room = min(limit, Self.likelyByteCount) + 1
            var read = try Self.contents(reader, after: nil, room: room)
            while read.byteCount == room, room <= limit {
                room = min(limit + 1, room * 2)
                read = try Self.contents(reader, after: read, room: room)
            }
            guard read.byteCount <= limit else {
                throw CommandError("input_too_large", message: "the input is longer than \(limit) bytes")
            }
            return read
        }
    }

    /// What most inputs fit in, in bytes: 64 KiB.
    private static let likelyByteCount = 1 << 16

    /// The head and what follows it, up to the end or until there is no room.
    private static func contents(_ reader: DescriptorReader, after head: Secret?, room: Int) throws -> Secret {
        try Secret(byteCount: room) { memory throws(any Error) in
            head?.withExposedBytes { memory.copyMemory(from: $0) }
            var byteCount = head?.byteCount ?? 0
            while byteCount < room {
                switch try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[byteCount...])) {
                case .bytes(let count):
                    byteCount += count
                case .end:
                    return byteCount
                case .cancelled, .signal, .hungUp:
                    throw CancellationError()
                case .timedOut:
                    throw CommandError("no_answer", message: "the input did not end in time")
                }
            }
            return byteCount
        }
    }
}
