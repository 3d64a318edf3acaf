// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// A child that runs: its lines as they come, its input, and signals.
final class RunningProgram {
    /// Its number.
    let processID: pid_t
    /// What it said on standard error and was read so far.
    private(set) var heard: [UInt8] = []
    private var unread: [String] = []
    private let input: ChildPipe?
    private let errors: ChildPipe

    init(processID: pid_t, input: ChildPipe?, errors: ChildPipe) {
        self.processID = processID
        self.input = input
        self.errors = errors
    }

    /// Waits for the next line of standard error; `nil` at its end.
    func nextLine() async -> String? {
        while unread.isEmpty {
            let bytes = await errors.read()
            guard !bytes.isEmpty else { return nil }
            heard += bytes
            unread = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }
        return unread.removeFirst()
    }

    /// Waits for a line that has a text in it; `nil` if none came.
    func line(containing text: String) async -> String? {
        while let line = await nextLine() {
            if line.contains(text) { return line }
        }
        return nil
    }

    /// Writes to standard input.
    func write(_ text: String) async {
        await input?.write(Array(text.utf8))
    }

    /// Ends standard input.
    func endInput() {
        input?.close()
    }

    /// What the system shows of it in a file below /proc; nothing where it shows none.
    func systemFile(_ name: String) -> [UInt8] {
        Array(FileManager.default.contents(atPath: "/proc/\(processID)/\(name)") ?? Data())
    }

    /// Whether it has ended, whoever reads what it said.
    var hasEnded: Bool {
        // State Z, or none any more once its parent has asked; the name before it ends with a parenthesis (proc(5)).
        let stat = String(decoding: systemFile("stat"), as: UTF8.self)
        return stat.isEmpty || stat.contains(") Z ")
    }

    /// Waits until it was stopped (SIGSTOP), by whomever; false if it ended instead.
    func untilStopped() async -> Bool {
        while !String(decoding: systemFile("stat"), as: UTF8.self).contains(") T ") {
            if hasEnded { return false }
            await Task.yield()
        }
        return true
    }

    /// Sends a signal.
    func send(_ signal: Int32) {
        kill(processID, signal)
    }

    /// Reads the rest of standard error.
    func drain() async {
        heard += await errors.readToEnd()
    }
}
