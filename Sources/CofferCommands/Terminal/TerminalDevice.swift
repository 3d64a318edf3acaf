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

/// The terminal of the process, `/dev/tty`, whatever standard input and output are.
struct TerminalDevice: Terminal {
    /// The longest hidden answer, in bytes; the longest tokens seen have a few thousand.
    static let longestHiddenAnswer = 65_536

    /// The longest visible answer, in bytes: where a terminal cuts lines (termios(3), "canonical
    /// mode"), without saying so, so that a line of this length is refused.
    static let longestVisibleAnswer = 4_095

    /// What is thrown where there is none.
    static let noTerminal = CommandError(
        "no_terminal", message: "there is no terminal where a prompt is needed",
        hint: "give the answer on standard input or with a flag; --help shows how")

    /// One prompt at a time: settings belong to the terminal, and signals to the process.
    private static let queue = DispatchQueue(label: "coffer.terminal")

    /// The file of the terminal.
    private let path: String

    /// Names a terminal; the process's own if nothing is said.
    init(path: String = "/dev/tty") {
        self.path = path
    }

    /// Whether the terminal can be opened.
    var isPresent: Bool {
        let descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return isatty(descriptor) == 1
    }

    /// Asks on the terminal.
    func answer(to question: TerminalQuestion) async throws -> Secret? {
        let deadline = ContinuousClock.now.advanced(by: question.deadline)
        return try await BlockingCall.run(on: Self.queue) { wake in
            let descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.noTerminal }
            defer { close(descriptor) }
            guard isatty(descriptor) == 1 else { throw Self.noTerminal }
            let reader = DescriptorReader(descriptor: descriptor, deadline: deadline, wake: wake)
            while true {
                switch try ask(question, reader) {
                case .answered(let answer):
                    return answer
                case .stopped:
                    // Stopped and continued (Ctrl-Z, fg): the prompt is not on the screen any more.
                    continue
                }
            }
        }
    }

    /// How one showing of the prompt ended.
    private enum Outcome {
        /// With a line, or the end of the input.
        case answered(Secret?)
        /// The process was stopped, and continued.
        case stopped
    }

    /// Shows the prompt once.
    private func ask(_ question: TerminalQuestion, _ reader: DescriptorReader) throws -> Outcome {
        let relay = try SignalRelay()
        var reader = reader
        reader.signals = relay.wake
        switch try showPrompt(question, reader) {
        case .line(let line):
            return .answered(line)
        case .end:
            return .answered(nil)
        case .signal(let signal):
            // The settings are back already; now the signal may have its effect.
            relay.redeliver(signal)
            if signal == SIGTSTP { return .stopped }
            throw signal == SIGINT
                ? CommandError("interrupted", message: "interrupted at a prompt, nothing was entered")
                : CommandError("terminated", message: "ended by a signal at a prompt, nothing was entered")
        }
    }

    /// What a line of input is.
    private enum Line {
        /// A line, without its end.
        case line(Secret)
        /// The end of the input.
        case end
        /// A signal instead.
        case signal(Int32)
    }

    /// Sets the terminal, shows the prompt, reads a line, and puts the settings back.
    private func showPrompt(_ question: TerminalQuestion, _ reader: DescriptorReader) throws -> Line {
        let device = DescriptorOutput(descriptor: reader.descriptor, name: "the terminal")
        guard question.isHidden else {
            tcflush(reader.descriptor, TCIFLUSH)
            try device.write(PrintableText.clean(question.text) + " ")
            return try line(reader, longest: Self.longestVisibleAnswer, device)
        }
        let settings = try TerminalSettings(hidingInputOf: reader.descriptor)
        try device.write(PrintableText.clean(question.text) + " ")
        // The end of the line that was not echoed. A terminal that has gone needs none.
        defer { try? device.write("\n") }
        let line = try line(reader, longest: Self.longestHiddenAnswer, nil)
        _ = consume settings
        return line
    }

    /// Reads a line by the byte, as what follows it is not part of the answer.
    ///
    /// A line that is seen and ends without Enter is ended on the device.
    private func line(_ reader: DescriptorReader, longest: Int, _ device: DescriptorOutput?) throws -> Line {
        var interruption: Line?
        let line = try Secret(byteCount: longest) { memory throws(any Error) in
            var editor = HiddenLine()
            while interruption == nil {
                var byte: UInt8 = 0
                let event = try withUnsafeMutableBytes(of: &byte) { try reader.read(into: $0) }
                switch event {
                case .bytes:
                    switch editor.take(byte, in: memory) {
                    case .more:
                        continue
                    case .complete:
                        return editor.byteCount
                    case .end:
                        interruption = .end
                    case .control:
                        throw CommandError(
                            "input_not_text", message: "a key was pressed that is no character; nothing was taken")
                    case .full:
                        throw CommandError(
                            "input_too_large", message: "the answer is longer than \(longest - 1) bytes",
                            hint: "give it on standard input")
                    }
                case .end:
                    interruption = editor.byteCount == 0 ? .end : nil
                    if interruption == nil { return editor.byteCount }
                case .signal(let signal):
                    interruption = .signal(signal)
                case .hungUp:
                    throw CommandError(
                        "terminated", message: "the terminal was closed at a prompt, nothing was entered")
                case .cancelled:
                    try? device?.write("\n")
                    throw CancellationError()
                case .timedOut:
                    try? device?.write("\n")
                    throw CommandError("no_answer", message: "nobody answered the prompt in time")
                }
            }
            return 0
        }
        if let interruption { return interruption }
        guard line.byteCount < longest else {
            throw CommandError(
                "input_too_large", message: "the answer is longer than \(longest - 1) bytes",
                hint: "give it on standard input")
        }
        return .line(line)
    }
}
