// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(1))) struct `A program that is run for one errand` {
    private static let short = Duration.milliseconds(500)

    private static func output(
        of path: String, _ document: Secret? = nil, limit: Int = 4096, patience: Duration = .seconds(30)
    ) async throws -> Result<Secret, ChildFailure> {
        let program = ChildProgram(path, environment: ["PATH": "/usr/bin:/bin"], isAlone: true)
        return try await program.output(for: document, limit: limit, patience: patience) { _ in }
    }

    /// More than a pipe holds (64 KiB, pipe(7)).
    @Test func `reads the whole of a long document`() async throws {
        let document = Secret(String(repeating: "made-up ", count: 40_000))
        try await Script.with("exec cat") { path in
            let output = try await Self.output(of: path, document, limit: document.byteCount)
            #expect(try output.get() == document)
        }
    }

    @Test func `may leave the document unread, and harms nobody by it`() async throws {
        let document = Secret(String(repeating: "made-up ", count: 40_000))
        for script in ["echo text", "exec <&-; echo text"] {
            try await Script.with(script) { path in
                let output = try await Self.output(of: path, document)
                #expect(output == .success(Secret("text\n")))
            }
        }
    }

    @Test func `that can't be started says so`() async throws {
        try await Script.with("echo text", by: "/no/such/interpreter") { path in
            let output = try await Self.output(of: path)
            #expect(output == .failure(.notStarted))
        }
    }

    @Test(arguments: [
        "exec sleep 1000", "yes >&2", "yes >&2 & exit 0", "sleep 1000 & exit 0", "exec sleep 1000 >&- 2>&-",
        "exec >&- sleep 1000", "trap '' TERM INT HUP; while :; do sleep 1000; done",
    ])
    func `is ended at its deadline, whatever it does`(script: String) async throws {
        try await Script.with(script) { path in
            let output = try await Self.output(of: path, Secret("{}"), patience: Self.short)
            #expect(output == .failure(.late(Self.short)))
        }
    }

    @Test func `takes its children along, at the deadline and at its own end`() async throws {
        let child = #"( trap '' TERM HUP; while :; do sleep 1000; done ) >/dev/null 2>&1 & echo $! >"$0.child""#
        for (end, patience) in [("while :; do sleep 1000; done", Self.short), ("exit 0", .seconds(30))] {
            try await Script.with("trap '' TERM HUP\n\(child)\n\(end)") { path in
                var patience = patience
                var told: pid_t?
                // A busy machine may not have come as far as the child by the first deadline.
                while told == nil, patience <= .seconds(32) {
                    _ = try await Self.output(of: path, patience: patience)
                    let text = try? String(contentsOfFile: "\(path).child", encoding: .utf8)
                    told = text.flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
                    patience = patience * 4
                }
                let number = try #require(told)
                let limit = ContinuousClock.now.advanced(by: .seconds(20))
                while Self.isRunning(number), ContinuousClock.now < limit { await Task.yield() }
                #expect(!Self.isRunning(number), "\(end)")
            }
        }
    }

    @Test func `ends with the task that waits for it`() async throws {
        try await Script.with("echo $$ >\"$0.ready\"; mkfifo \"$0.never\"; read line <\"$0.never\"") { path in
            let task = Task { try await Self.output(of: path, patience: .seconds(600)) }
            while !FileManager.default.fileExists(atPath: "\(path).never") { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
        }
    }

    /// Whether a process is there and no zombie, which is one that only nobody has asked about yet.
    private static func isRunning(_ number: pid_t) -> Bool {
        guard kill(number, 0) == 0 else { return false }
        let status = FileManager.default.contents(atPath: "/proc/\(number)/stat").map {
            String(decoding: $0, as: UTF8.self)
        }
        return status?.contains(") Z ") != true
    }
}
