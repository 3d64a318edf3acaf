// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// The real program, killed while it moves a vault from one file into another, and again from there.
@Suite(.timeLimit(.minutes(10))) struct `A move that is killed` {
    /// Kills a program at its nth system call of a kind; strace(1), "inject".
    private static let tool = "/usr/bin/strace"

    /// More than one move has of anything.
    private static let most = 80

    @Test(.enabled("nothing can be preloaded here") { await Preload.commits.value != nil })
    func `after a commit goes on, and at no point do both places open`() async throws {
        let library = try #require(await Preload.commits.value)
        let kills = try await Self.kills { program, move, turn in
            try await program.run(
                move, environment: ["LD_PRELOAD": library, "COFFER_CHAOS_COMMITS": String(turn)])
        }
        // The beginning and the mark, the beginning in the new file, and the end, besides what is copied.
        #expect(kills > 5)
    }

    /// The nth call of a kind is counted in each thread of its own, so that a turn which no thread reaches is the last.
    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: tool), "strace is not installed"),
        arguments: ["/^link", "/^unlink", "/^rename"])
    func `at a change of names goes on, and at no point do both places open`(call: String) async throws {
        let kills = try await Self.kills { program, move, turn in
            let script =
                "exec \(Self.tool) -f -qq -o /dev/null -e 'inject=\(call):signal=KILL:when=\(turn)' \"$0\" \"$@\""
            return try await program.run(move, script: script)
        }
        #expect(kills < Self.most)
    }

    /// Moves a vault over and over, each time killed a little later, until a move ends by itself.
    ///
    /// - Returns: how often it was killed.
    private static func kills(
        _ run: (Program, [String], Int) async throws -> Finished
    ) async throws -> Int {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            for name in ["one", "two", "three"] {
                let end = try await program.run("put", "main/\(name)", input: .text(name))
                #expect(end.status == .exited(0), "\(end.errors)")
            }
            var place = home.vault
            for turn in 1...most {
                let next = "\(home.path)/moved-\(turn).db"
                let move = ["migrate", "--vault", place, "--to", next, "--yes"]
                let first = try await run(program, move, turn)
                if first.status != .exited(0) {
                    #expect(first.status == .signaled(SIGKILL), "turn \(turn): \(first.errors)")
                    var open: [String] = []
                    for vault in [place, next] {
                        let list = try await program.run(["list", "--vault", vault])
                        if list.status == .exited(0) { open.append(vault) }
                    }
                    #expect(open.count <= 1, "turn \(turn)")
                    let again = try await program.run(move)
                    #expect(again.status == .exited(0), "turn \(turn): \(again.errors)")
                }
                try await program.run(["get", "main/one", "--vault", place]).expectRefusal(78, saying: "was moved to")
                let value = try await program.run(["get", "main/one", "--vault", next])
                #expect(value.text == "one", "turn \(turn): \(value.errors)")
                let verified = try await program.run(["verify", "--vault", next])
                #expect(verified.status == .exited(0), "turn \(turn): \(verified.errors)")
                #expect(!home.files().keys.contains { $0.contains(".moving-") }, "turn \(turn)")
                if first.status == .exited(0) { return turn - 1 }
                place = next
            }
            return most
        }
    }
}
