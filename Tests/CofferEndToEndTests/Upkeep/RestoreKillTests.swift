// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(10))) struct `A restore that is killed` {
    /// Kills a program at its nth system call of a kind; strace(1), "inject".
    private static let tool = "/usr/bin/strace"

    private static let cases = ["/^link", "/^rename", "/^unlink", "fsync"]

    /// Runs a body with a vault, a backup of it, and a change after that.
    private static func withBackup<Result: Sendable>(
        _ body: (Program, Home, String) async throws -> Result
    ) async throws -> Result {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/one", input: .text("1"))
            let file = "\(home.path)/copy.db"
            try await program.run("backup", "--output", file)
            try await program.run("put", "main/one", input: .text("2"))
            return try await body(program, home, file)
        }
    }

    /// The nth call of a kind is counted in each thread of its own, so that a turn which no thread reaches is the last.
    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: tool), "strace is not installed"), arguments: cases)
    func `leaves the old vault or the new one, and can be done again`(call: String) async throws {
        var kills = 0
        while kills < 40 {
            let turn = kills + 1
            let isKilled = try await Self.withBackup { program, home, file in
                let script =
                    "exec \(Self.tool) -f -qq -o /dev/null -e 'inject=\(call):signal=KILL:when=\(turn)' \"$0\" \"$@\""
                let end = try await program.run(["restore", file, "--yes"], script: script)
                let value = try await program.run("get", "main/one")
                #expect(value.status == .exited(0), "turn \(turn): \(value.errors)")
                guard end.status == .signaled(SIGKILL) else {
                    #expect(end.status == .exited(0), "turn \(turn): \(end.errors)")
                    #expect(value.text == "1")
                    return false
                }
                #expect(["1", "2"].contains(value.text))
                let again = try await program.run("restore", file, "--yes")
                #expect(again.status == .exited(0), "turn \(turn): \(again.errors)")
                #expect(try await program.run("get", "main/one").text == "1")
                #expect(!home.files().keys.contains { $0.contains(".restoring-") })
                return true
            }
            guard isKilled else { break }
            kills += 1
        }
        #expect(kills >= 1 && kills < 40, "\(kills) kills at \(call)")
    }
}
