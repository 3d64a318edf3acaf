// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(5))) struct `Re-keying thousands of entries` {
    /// Two batches.
    private static let count = 2_000
    /// Six batches: a child is at most two ahead of the line that was read last, so that two kills meet it on the way.
    private static let manyCount = 6_000

    private static func with(_ count: Int, _ body: (Program) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            #expect(try await program.run("init").status == .exited(0))
            try await home.fill(count)
            try await body(program)
        }
    }

    private static func value(_ index: Int, _ program: Program) async throws -> String {
        let end = try await program.runPatiently(["get", "main/bulk/\(index)"])
        #expect(end.status == .exited(0), "\(end.errors)")
        return end.text
    }

    @Test func `killed again and again it ends under one new generation, and loses nothing`() async throws {
        let count = Self.manyCount
        try await Self.with(count) { program in
            var runs = 0
            var end: Finished
            repeat {
                runs += 1
                // The first before it did anything, the others after a batch: the child waits at each line that it writes.
                (_, end) = try await program.start(["rekey"], isStepped: true) { running in
                    if runs > 1 {
                        guard await running.line(containing: "re-keying") != nil else { return }
                    }
                    running.send(SIGKILL)
                }
                for index in [0, runs, count - 1] {
                    #expect(try await Self.value(index, program) == "value \(index)")
                }
                let check = try await program.run("verify", "--quiet")
                #expect(check.status == .exited(0), "\(check.text)")
            } while end.status == .signaled(SIGKILL) && runs < 20
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(runs > 2 && runs < 20)
            let check = try await program.run("verify", "--json")
            #expect(check.status == .exited(0))
            #expect((check.json["counts"] as? [String: Any])?["opened"] as? Int == count)
            // Nothing was left for another run but a whole new generation.
            let next = try await program.run("rekey", "--json")
            let spaces = next.json["spaces"] as? [[String: Any]]
            #expect(spaces?.first?["generation"] as? Int == 3)
            #expect(spaces?.first?["entries"] as? Int == count)
            #expect(spaces?.first?["retired"] as? [Int] == [2])
        }
    }

    @Test func `other processes read and write between its batches without an error or a lost value`() async throws {
        try await Self.with(Self.count) { program in
            var written: [Int: String] = [:]
            let (_, end) = try await program.start(["rekey"], isStepped: true) { running in
                var batch = 0
                while await running.line(containing: "re-keying") != nil {
                    for index in [batch, 500 + batch, Self.count - 1 - batch] {
                        #expect(try await Self.value(index, program) == written[index] ?? "value \(index)")
                        let text = "written during batch \(batch)"
                        let put = try await program.runPatiently(["put", "main/bulk/\(index)"], input: .text(text))
                        #expect(put.status == .exited(0), "\(put.errors)")
                        written[index] = text
                    }
                    batch += 1
                }
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(written.count >= 6)
            for (index, text) in written { #expect(try await Self.value(index, program) == text) }
            let check = try await program.run("verify", "--json")
            #expect(check.status == .exited(0), "\(check.text)")
        }
    }
}
