// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization
import Testing

@testable import CofferCommands

@Suite struct `A device before which lines queue` {
    /// A device whose reader takes nothing until it is told to.
    private final class Reader: OutputDevice {
        private let gate = DispatchSemaphore(value: 0)
        private let record = RecordedOutput()
        private let failures = Mutex(0)

        var text: String { record.text }
        var isTerminal: Bool { false }
        var columnCount: Int? { nil }

        /// Takes this one and everything after it; the first so many are refused.
        func read(failing count: Int = 0) {
            failures.withLock { $0 = count }
            gate.signal()
        }

        func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
            gate.wait()
            gate.signal()
            let fails = failures.withLock { count in
                defer { count = max(0, count - 1) }
                return count > 0
            }
            if fails { throw CommandError("disk_full", message: "full") }
            try record.write(bytes)
        }

        func finish() throws(CommandError) {}
    }

    private static func queue(_ reader: Reader, _ bytes: Int = 10, patience: Duration = .seconds(60)) -> QueuedOutput {
        QueuedOutput(reader, name: "standard error", capacityBytes: bytes, patience: patience) { "(\($0) left out)\n" }
    }

    @Test func `nobody waits for the reader, and what does not fit is counted in its place`() throws {
        let reader = Reader()
        let queue = Self.queue(reader)
        try queue.write("one\n")
        try queue.write("two\n")
        try queue.write("too long\n")
        // It would fit, but not in its place.
        try queue.write("4\n")
        #expect(reader.text.isEmpty)
        reader.read()
        #expect(queue.settle())
        try queue.write("five\n")
        #expect(queue.settle())
        #expect(reader.text == "one\ntwo\n(2 left out)\nfive\n")
        try queue.check()
    }

    @Test func `the end waits for a bounded time`() throws {
        let reader = Reader()
        let queue = Self.queue(reader, patience: .milliseconds(1))
        try queue.write("one\n")
        #expect(!queue.settle())
        let error = #expect(throws: CommandError.self) { try queue.finish() }
        #expect(error?.status.rawValue == 74)
        reader.read()
    }

    @Test func `a failure is told once, and what was lost by it is counted before the next line`() throws {
        let reader = Reader()
        let queue = Self.queue(reader)
        reader.read(failing: 1)
        try queue.write("one\n")
        #expect(queue.settle())
        #expect(reader.text.isEmpty)
        #expect(throws: CommandError.self) { try queue.check() }
        try queue.check()
        try queue.write("two\n")
        #expect(queue.settle())
        #expect(reader.text == "(1 left out)\ntwo\n")
    }

    @Test func `diagnostics that are detached say the same, and wait for nobody`() async {
        let reader = Reader()
        let diagnostics = Diagnostics(reader, environment: [:])
        diagnostics.detach()
        diagnostics.detach()
        diagnostics.note("one")
        diagnostics.warn("two")
        diagnostics.report(CommandError("busy", message: "not now"), asJSON: true)
        #expect(reader.text.isEmpty)
        reader.read()
        await diagnostics.settle()
        #expect(
            reader.text == "coffer: one\ncoffer: warning: two\n" + #"{"error":{"code":"busy","message":"not now"}}"#
                + "\n")
    }
}
