// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Synchronization

@testable import CofferCommands

/// A device that keeps what is written.
final class RecordedOutput: OutputDevice {
    /// What was written.
    private let written = Mutex("")

    let isTerminal: Bool

    let columnCount: Int?

    /// Makes a device; a terminal if it has columns.
    init(columnCount: Int? = nil) {
        self.columnCount = columnCount
        isTerminal = columnCount != nil
    }

    /// What was written.
    var text: String { written.withLock { $0 } }

    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
        written.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
    }

    func finish() throws(CommandError) {}
}

/// A person who answers as a test says.
final class ScriptedTerminal: Terminal {
    /// What is answered, in order.
    private let answers: Mutex<[String]>

    /// What was asked.
    private let asked = Mutex<[TerminalQuestion]>([])

    /// Answers in order, and then is gone.
    init(_ answers: String...) {
        self.answers = Mutex(answers)
    }

    /// What was asked.
    var questions: [TerminalQuestion] { asked.withLock { $0 } }

    var isPresent: Bool { true }

    func answer(to question: TerminalQuestion) async throws -> Secret? {
        asked.withLock { $0.append(question) }
        return answers.withLock { $0.isEmpty ? nil : Secret($0.removeFirst()) }
    }
}

/// A pipe that a test writes a program's input into.
final class InputPipe: Sendable {
    /// The program's end.
    let readEnd: Int32

    /// The test's end; negative when it is closed.
    private let writeEnd: Mutex<Int32>

    /// Opens a pipe, writes, and closes the test's end unless told to keep it.
    init(_ bytes: [UInt8], isLeftOpen: Bool = false) {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0)
        readEnd = ends[0]
        writeEnd = Mutex(ends[1])
        let end = ends[1]
        // Elsewhere: a pipe holds 64 KiB and then waits for its reader.
        Thread.detachNewThread { [self] in
            signal(SIGPIPE, SIG_IGN)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(end, $0.baseAddress, $0.count) }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
            if !isLeftOpen { closeWriteEnd() }
        }
    }

    /// Writes a text.
    convenience init(_ text: String, isLeftOpen: Bool = false) {
        self.init(Array(text.utf8), isLeftOpen: isLeftOpen)
    }

    /// Ends the input.
    func closeWriteEnd() {
        writeEnd.withLock { end in
            if end >= 0 { close(end) }
            end = -1
        }
    }

    deinit {
        close(readEnd)
        closeWriteEnd()
    }
}

extension CommandContext {
    /// A context whose every effect is a test's.
    static func test(
        terminal: any Terminal = ScriptedTerminal(), input: InputDescriptor = InputDescriptor(-1),
        output: any OutputDevice = RecordedOutput(), errors: any OutputDevice = RecordedOutput(),
        environment: [String: String] = [:], now: Date = Date(timeIntervalSince1970: 1_700_000_000)
    ) -> CommandContext {
        CommandContext(
            terminal: terminal, input: input, output: output,
            diagnostics: Diagnostics(errors, environment: environment), environment: environment, now: { now },
            openBrowser: { _ in false })
    }
}
