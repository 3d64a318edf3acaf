// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// A device before which pieces queue: whoever writes never waits for whoever reads, for a process that serves others.
///
/// ```
/// write → pieces, at most 1 MiB → one thread → device
///           └ what does not fit: counted, and said when everything before it was taken
/// ```
///
/// Not for secrets: a copy stays in the queue until it is written.
final class QueuedOutput: OutputDevice {
    /// How much may wait, in bytes: 1 MiB, some ten thousand lines.
    private static let largestBacklogBytes = 1 << 20

    /// How long the end of a process waits for a reader: 2 s.
    private static let endPatience = Duration.seconds(2)

    private struct State {
        var pieces: [[UInt8]] = []
        /// Of the pieces, and of the one that is being written.
        var byteCount = 0
        var isWriting = false
        /// Lines that did not fit, or were not taken.
        var leftOutCount = 0
        var failure: CommandError?
    }

    private let device: any OutputDevice
    private let name: String
    private let capacityBytes: Int
    private let patience: Duration
    private let sayLeftOut: @Sendable (_ lineCount: Int) -> String
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "coffer.output")

    /// Queues before a device.
    ///
    /// - Parameters:
    ///   - device: where the pieces go; only one thread at a time writes to it.
    ///   - name: what errors call it.
    ///   - capacityBytes: how much may wait.
    ///   - patience: how long ``settle()`` waits.
    ///   - sayLeftOut: the text that is written in place of so many lines; called on the thread that writes.
    init(
        _ device: any OutputDevice, name: String, capacityBytes: Int = QueuedOutput.largestBacklogBytes,
        patience: Duration = QueuedOutput.endPatience,
        sayLeftOut: @escaping @Sendable (_ lineCount: Int) -> String
    ) {
        self.device = device
        self.name = name
        self.capacityBytes = capacityBytes
        self.patience = patience
        self.sayLeftOut = sayLeftOut
    }

    /// Whether a person reads it on a terminal.
    var isTerminal: Bool { device.isTerminal }

    /// How many columns the terminal has.
    var columnCount: Int? { device.columnCount }

    /// Queues a piece, which is written whole or left out whole.
    func write(_ bytes: UnsafeRawBufferPointer) {
        // Nil where somebody writes already; else whether lines are missing before this piece.
        let begins: Bool? = state.withLock { state in
            let fits = state.byteCount + bytes.count <= capacityBytes
            // Once something was left out, so is what follows, until the gap can be told in its place.
            guard !state.isWriting || (fits && state.leftOutCount == 0) else {
                state.leftOutCount += Self.lineCount(bytes)
                return nil
            }
            state.pieces.append(Array(bytes))
            state.byteCount += bytes.count
            defer { state.isWriting = true }
            return state.isWriting ? nil : state.leftOutCount > 0
        }
        if let begins { queue.async { [self] in writeOut(afterGap: begins) } }
    }

    /// Tells what went wrong since it was asked last.
    ///
    /// - Throws: ``CommandError`` of the device.
    func check() throws(CommandError) {
        let failure = state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
        if let failure { throw failure }
    }

    /// Waits until everything is written, for a bounded time; blocks its thread.
    ///
    /// - Returns: whether it is.
    @discardableResult func settle() -> Bool {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        let milliseconds = Int(clamping: Int64(patience / .milliseconds(1)))
        return done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }

    /// Waits as ``settle()`` does, and blocks none of the threads that tasks share.
    func settled() async -> Bool {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "coffer.output.end").async { continuation.resume(returning: self.settle()) }
        }
    }

    /// Waits as ``settle()`` does, and finishes the device.
    func finish() throws(CommandError) {
        guard settle() else { throw CommandError("input_output", message: "nobody reads \(name)") }
        try check()
        try device.finish()
    }

    // MARK: - The thread that writes

    private func writeOut(afterGap: Bool) {
        var isTaken = !afterGap || sayGap()
        repeat {
            while let piece = next() { isTaken = put(piece) }
            isTaken = isTaken && sayGap()
        } while !rest(isTaken)
    }

    private func next() -> [UInt8]? {
        state.withLock { $0.pieces.isEmpty ? nil : $0.pieces.removeFirst() }
    }

    private func put(_ piece: [UInt8]) -> Bool {
        var failure: CommandError?
        do { try piece.withUnsafeBytes { bytes in try device.write(bytes) } } catch { failure = CommandError(error) }
        return state.withLock { state in
            state.byteCount -= piece.count
            guard let failure else { return true }
            state.failure = failure
            state.leftOutCount += piece.withUnsafeBytes { Self.lineCount($0) }
            return false
        }
    }

    /// Says how many lines are missing; false if that is not taken either.
    private func sayGap() -> Bool {
        let count = state.withLock { $0.leftOutCount }
        guard count > 0 else { return true }
        guard (try? device.write(sayLeftOut(count))) != nil else { return false }
        state.withLock { $0.leftOutCount -= count }
        return true
    }

    /// Ends the writing if nothing is left to write; a gap that can't be told now is told before the next piece.
    private func rest(_ isTaken: Bool) -> Bool {
        state.withLock { state in
            guard state.pieces.isEmpty, state.leftOutCount == 0 || !isTaken else { return false }
            state.isWriting = false
            return true
        }
    }

    private static func lineCount(_ bytes: UnsafeRawBufferPointer) -> Int {
        bytes.count { $0 == UInt8(ascii: "\n") }
    }
}
