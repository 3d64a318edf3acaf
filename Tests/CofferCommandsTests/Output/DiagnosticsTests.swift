// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCommands

@Suite("Diagnostics") struct DiagnosticsTests {
    private let pipe = RecordedOutput()
    private let terminal = RecordedOutput(columnCount: 40)

    @Test func `each line begins with the name of the program`() {
        let diagnostics = Diagnostics(pipe, environment: [:])
        diagnostics.note("one")
        diagnostics.warn("two")
        diagnostics.hint("three")
        #expect(pipe.text == "coffer: one\ncoffer: warning: two\ncoffer: hint: three\n")
    }

    @Test func `what could steer a terminal is taken out`() {
        let diagnostics = Diagnostics(pipe, environment: [:])
        diagnostics.note("a\u{1B}[31mb\u{9B}c\nd\u{7F}\u{202E}e\u{2066}f\u{0}")
        #expect(pipe.text == "coffer: a[31mbc def\n")
    }

    @Test func `a failure is a sentence and a hint`() {
        let error = CommandError("no_terminal", message: "there is no terminal", hint: "use standard input")
        Diagnostics(pipe, environment: [:]).report(error, asJSON: false)
        #expect(pipe.text == "coffer: there is no terminal\ncoffer: hint: use standard input\n")
    }

    @Test func `for programs a failure is one object, without the prefix`() {
        Diagnostics(pipe, environment: [:]).report(CommandError("busy", message: "not now"), asJSON: true)
        #expect(pipe.text == #"{"error":{"code":"busy","message":"not now"}}"# + "\n")
    }

    @Test func `on a terminal there is colour`() {
        Diagnostics(terminal, environment: ["TERM": "xterm", "NO_COLOR": ""]).report(
            CommandError("busy", message: "not now"), asJSON: false)
        #expect(terminal.text == "coffer: \u{1B}[31mnot now\u{1B}[0m\n")
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func `colour can be refused`(environment: [String: String]) {
        Diagnostics(terminal, environment: environment).warn("careful")
        #expect(terminal.text == "coffer: warning: careful\n")
    }

    @Test func `progress redraws one line of a terminal, which gives way to others`() {
        let progress = Progress("refreshing", total: 2, on: Diagnostics(terminal, environment: ["NO_COLOR": "1"]))
        progress.step(1, "main/a/one")
        progress.step(2, "main/a/two")
        progress.end("refreshed 2")
        let wipe = "\r\u{1B}[K"
        #expect(
            terminal.text == "coffer: refreshing 1 of 2: main/a/one\(wipe)coffer: refreshing 2 of 2: main/a/two\(wipe)"
                + "coffer: refreshed 2\n")
    }

    @Test func `a line of progress never wraps`() {
        let progress = Progress("refreshing", on: Diagnostics(terminal, environment: ["NO_COLOR": "1"]))
        progress.step(1, String(repeating: "x", count: 100))
        #expect(DisplayWidth.of(terminal.text) == 39)
        #expect(terminal.text.hasSuffix("…"))
    }

    @Test func `elsewhere progress is plain lines`() {
        let progress = Progress("refreshing", on: Diagnostics(pipe, environment: [:]))
        progress.step(1, "main/a/one")
        progress.step(2, "main/a/two")
        progress.end()
        #expect(pipe.text == "coffer: refreshing 1: main/a/one\ncoffer: refreshing 2: main/a/two\n")
    }
}
