// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `A restore that is killed` {
    /// Kills a program at its nth system call of a kind; strace(1), "inject".
    private static let tool = "/usr/bin/strace"

    /// A restore changes few names, so that each change is met.
    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: tool), "strace is not installed"),
        arguments: ["/^link", "/^rename", "/^unlink", "fsync"], [1, 2, 3, 4])
    func `leaves the old vault or the new one, and can be done again`(call: String, turn: Int) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/one", input: .text("1"))
            let file = "\(home.path)/copy.db"
            try await program.run("backup", "--output", file)
            try await program.run("put", "main/one", input: .text("2"))
            let script =
                "exec \(Self.tool) -f -qq -o /dev/null -e 'inject=\(call):signal=KILL:when=\(turn)' \"$0\" \"$@\""
            let end = try await program.run(["restore", file, "--yes"], script: script)
            let value = try await program.run("get", "main/one")
            #expect(value.status == .exited(0), "\(value.errors)")
            #expect(["1", "2"].contains(value.text))
            if end.status == .exited(0) { #expect(value.text == "1") }
            let again = try await program.run("restore", file, "--yes")
            #expect(again.status == .exited(0), "\(again.errors)")
            #expect(try await program.run("get", "main/one").text == "1")
            #expect(!home.files().keys.contains { $0.contains(".restoring-") })
        }
    }
}
