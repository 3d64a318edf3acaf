// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Synchronization
import Testing

@testable import CofferCommands

/// Serialised: a prompt catches signals, whose dispositions belong to the process.
@Suite("TerminalDevice", .serialized) struct TerminalDeviceTests {
    private let terminal: PseudoTerminal
    private let device: TerminalDevice

    init() throws {
        terminal = try PseudoTerminal()
        device = TerminalDevice(path: terminal.path)
    }

    @Test func `a hidden answer is not shown, and the echo is back afterwards`() async throws {
        async let answer = device.secret("client_secret")
        try await terminal.screen(until: "client_secret (not shown): ")
        #expect(!terminal.hasEcho)
        terminal.type("pässword-marker\n")
        #expect(try await answer == Secret("pässword-marker"))
        #expect(terminal.hasEcho)
        #expect(try !terminal.screenNow().contains("marker"))
    }

    @Test func `a hidden answer may be longer than a terminal's line`() async throws {
        let long = String(repeating: "0123456789abcdef", count: 1_000)
        async let answer = device.secret("token")
        try await terminal.screen(until: "token (not shown): ")
        await Task.detached { [terminal] in terminal.type(long + "\r") }.value
        #expect(try await answer == Secret(long))
    }

    @Test func `a hidden answer longer than the limit is refused, and what follows is thrown away`() async throws {
        let refused = Task { [device] in try await device.secret("token") }
        try await terminal.screen(until: "(not shown): ")
        let flood = Task.detached { [terminal] in
            terminal.type(String(repeating: "x", count: TerminalDevice.longestHiddenAnswer + 1))
        }
        let error = await #expect(throws: CommandError.self) { try await refused.value }
        #expect(error?.code == "input_too_large")
        #expect(error?.status == .damaged)
        #expect(terminal.hasEcho)
        await flood.value
    }

    @Test(arguments: [
        ("ab\u{7F}c\n", "ac"), ("aé\u{08}b\n", "ab"), ("wrong\u{15}right\n", "right"), ("\u{7F}a\n", "a"),
        ("a b\u{04}", "a b"),
    ])
    func `a hidden answer can be corrected`(typed: String, taken: String) async throws {
        async let answer = device.secret("token")
        try await terminal.screen(until: "(not shown): ")
        terminal.type(typed)
        #expect(try await answer == Secret(taken))
    }

    @Test(arguments: ["a\u{1B}[Ab\n", "a\tb\n"])
    func `a key that is no character spoils a hidden answer`(typed: String) async throws {
        let answer = Task { [device] in try await device.secret("token") }
        try await terminal.screen(until: "(not shown): ")
        terminal.type(typed)
        let error = await #expect(throws: CommandError.self) { try await answer.value }
        #expect(error?.code == "input_not_text")
        #expect(terminal.hasEcho)
    }

    @Test(arguments: ["\n", "\u{04}"])
    func `an empty hidden answer is refused`(typed: String) async throws {
        let answer = Task { [device] in try await device.secret("token") }
        try await terminal.screen(until: "(not shown): ")
        terminal.type(typed)
        let error = await #expect(throws: CommandError.self) { try await answer.value }
        #expect(error?.code == "input_empty")
        #expect(error?.status == .usage)
    }

    @Test func `what was typed before the prompt is thrown away`() async throws {
        terminal.type("too early\n")
        // Its echo says that the terminal has taken it.
        try await terminal.screen(until: "too early")
        async let answer = device.secret("token")
        try await terminal.screen(until: "(not shown): ")
        terminal.type("in time\n")
        #expect(try await answer == Secret("in time"))
    }

    @Test func `a line is seen`() async throws {
        async let answer = device.line("callback URL")
        try await terminal.screen(until: "callback URL: ")
        #expect(terminal.hasEcho)
        terminal.type("http://127.0.0.1/?code=x\n")
        #expect(try await answer == "http://127.0.0.1/?code=x")
        try await terminal.screen(until: "code=x")
    }

    @Test func `a visible line that the terminal has cut is refused`() async throws {
        let answer = Task { [device] in try await device.line("callback URL") }
        try await terminal.screen(until: "callback URL: ")
        async let echo = terminal.screen(until: "\r\n")
        terminal.type(String(repeating: "x", count: 5_000) + "\n")
        let error = await #expect(throws: CommandError.self) { try await answer.value }
        #expect(error?.code == "input_too_large")
        _ = try await echo
    }

    @Test(arguments: [("y\n", true), ("YES\n", true), ("n\n", false), ("\n", false), ("\u{04}", false)])
    func `a question is answered with yes or no, and nothing means no`(typed: String, isYes: Bool) async throws {
        async let answer = device.confirm("really?")
        try await terminal.screen(until: "really? [y/N] ")
        terminal.type(typed)
        #expect(try await answer == isYes)
    }

    @Test func `a question is put again until the answer is one`() async throws {
        async let answer = device.confirm("really?")
        try await terminal.screen(until: "[y/N] ")
        terminal.type("maybe\n")
        try await terminal.screen(until: "[y/N] ")
        terminal.type("y\n")
        #expect(try await answer)
    }

    @Test func `Enter is waited for`() async throws {
        async let answer = device.pressEnter("press Enter, then click")
        try await terminal.screen(until: "press Enter, then click ")
        terminal.type("\n")
        #expect(try await answer)
    }

    @Test(arguments: [true, false])
    func `nobody there until the deadline ends the prompt and restores the echo`(isHidden: Bool) async throws {
        let question = TerminalQuestion("token:", isHidden: isHidden, deadline: .zero)
        let error = await #expect(throws: CommandError.self) { try await device.answer(to: question) }
        #expect(error?.code == "no_answer")
        #expect(terminal.hasEcho)
    }

    @Test func `a cancelled task ends the prompt and restores the echo`() async throws {
        let answer = Task { [device] in try await device.secret("token") }
        try await terminal.screen(until: "(not shown): ")
        answer.cancel()
        await #expect(throws: CancellationError.self) { try await answer.value }
        #expect(terminal.hasEcho)
    }

    @Test func `without a terminal there is an error that says so`() async throws {
        for path in ["/nonexistent", "/dev/null"] {
            let device = TerminalDevice(path: path)
            #expect(!device.isPresent)
            let error = await #expect(throws: CommandError.self) { try await device.secret("token") }
            #expect(error?.code == "no_terminal")
            #expect(error?.status == .usage)
            #expect(error?.message.contains("no terminal where a prompt is needed") == true)
        }
        #expect(device.isPresent)
    }

    @Test func `what could steer the terminal is not in the prompt`() async throws {
        let answer = Task { [device] in try await device.confirm("account \u{1B}[2Jacme?\u{202E}") }
        #expect(try await terminal.screen(until: "[y/N] ").contains("account [2Jacme? [y/N] "))
        answer.cancel()
        await #expect(throws: CancellationError.self) { try await answer.value }
    }

    @Test(arguments: [(SIGINT, "interrupted"), (SIGTERM, "terminated"), (SIGHUP, "terminated")])
    func `a signal has its effect after the echo is back`(signal: Int32, code: String) async throws {
        let record = SignalRecord(signal, watching: terminal.descriptor)
        defer { record.end() }
        let answer = Task { [device] in try await device.secret("token") }
        try await terminal.screen(until: "(not shown): ")
        kill(getpid(), signal)
        let error = await #expect(throws: CommandError.self) { try await answer.value }
        #expect(error?.code == code)
        #expect(error?.status == (signal == SIGINT ? .interrupted : .terminated))
        #expect(SignalRecord.seen == [signal])
        #expect(SignalRecord.hadEcho)
        #expect(terminal.hasEcho)
    }

    @Test(arguments: [true, false])
    func `a terminal that has gone ends the prompt as its signal would, whichever is seen first`(
        isHidden: Bool
    ) async throws {
        // Whoever runs the tests may have it ignored (nohup).
        let before = signal(SIGHUP, SIG_DFL)
        defer { signal(SIGHUP, before) }
        let question = TerminalQuestion("token:", isHidden: isHidden)
        let answer = Task { [device] in try await device.answer(to: question) }
        try await terminal.screen(until: "token: ")
        terminal.hangUp()
        let error = await #expect(throws: CommandError.self) { try await answer.value }
        #expect(error?.code == "terminated")
        #expect(error?.status == .terminated)
    }

    @Test func `a terminal that has gone is the end of the input where its signal is ignored`() async throws {
        let before = signal(SIGHUP, SIG_IGN)
        defer { signal(SIGHUP, before) }
        async let isEntered = device.pressEnter("press Enter, then click")
        try await terminal.screen(until: "then click ")
        terminal.hangUp()
        #expect(try await !isEntered)
    }

    @Test func `stopped and continued, the prompt is shown again and hides again`() async throws {
        let record = SignalRecord(SIGTSTP, watching: terminal.descriptor)
        defer { record.end() }
        async let answer = device.secret("token")
        try await terminal.screen(until: "(not shown): ")
        kill(getpid(), SIGTSTP)
        try await terminal.screen(until: "(not shown): ")
        #expect(SignalRecord.seen == [SIGTSTP])
        #expect(SignalRecord.hadEcho)
        #expect(!terminal.hasEcho)
        terminal.type("after\n")
        #expect(try await answer == Secret("after"))
        #expect(terminal.hasEcho)
    }

    @Test func `a signal that is ignored stays ignored`() async throws {
        let before = signal(SIGINT, SIG_IGN)
        defer { signal(SIGINT, before) }
        async let answer = device.secret("token")
        try await terminal.screen(until: "(not shown): ")
        kill(getpid(), SIGINT)
        terminal.type("still here\n")
        #expect(try await answer == Secret("still here"))
    }
}

/// Catches a signal in place of the system's own effect.
private struct SignalRecord {
    private static let count = Atomic<Int32>(0)
    private static let last = Atomic<Int32>(0)
    private static let watched = Atomic<Int32>(-1)
    private static let echo = Atomic<Bool>(false)

    private let number: Int32
    private var before = sigaction()

    /// Begins to catch.
    init(_ number: Int32, watching descriptor: Int32) {
        self.number = number
        Self.count.store(0, ordering: .relaxed)
        Self.echo.store(false, ordering: .relaxed)
        Self.last.store(0, ordering: .relaxed)
        Self.watched.store(descriptor, ordering: .relaxed)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            SignalRecord.count.add(1, ordering: .relaxed)
            SignalRecord.last.store(number, ordering: .relaxed)
            var settings = termios()
            tcgetattr(SignalRecord.watched.load(ordering: .relaxed), &settings)
            SignalRecord.echo.store(settings.c_lflag & tcflag_t(ECHO) != 0, ordering: .relaxed)
        }
        sigaction(number, &action, &before)
    }

    /// The signals that came.
    static var seen: [Int32] {
        Array(repeating: last.load(ordering: .relaxed), count: Int(count.load(ordering: .relaxed)))
    }

    /// Whether the terminal showed what is typed when the signal came.
    static var hadEcho: Bool { echo.load(ordering: .relaxed) }

    /// Stops catching.
    func end() {
        var before = before
        sigaction(number, &before, nil)
    }
}
