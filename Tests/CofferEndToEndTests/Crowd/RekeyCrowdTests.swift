// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Subprocess
import Testing

/// Processes of an issuer and a reader, and a removal, while others re-key: nobody waits for anybody's line.
@Suite(.timeLimit(.minutes(5))) struct `Re-keying beside others` {
    private static let count = 600
    private static let rounds = 12

    @Test func `an issuer, a reader and a removal go on, and no entry is lost or fails to open`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            #expect(try await program.run("init").status == .exited(0))
            try await home.fill(Self.count)
            let issuer = try await home.join("ci", .issuer)
            let reader = try await home.join("rd", .reader)
            _ = try await home.join("gone", .reader)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        for _ in 0..<2 {
                            let end = try await program.runPatiently(["rekey"])
                            #expect(end.status == .exited(0), "\(end.text)\(end.errors)")
                        }
                    }
                }
                group.addTask { try await Self.write(as: issuer, program) }
                group.addTask { try await Self.read(as: reader, program) }
                group.addTask {
                    let end = try await program.runPatiently(["identity", "remove", "gone", "--yes"])
                    #expect(end.status == .exited(0), "\(end.errors)")
                }
                try await group.waitForAll()
            }
            for number in 0..<Self.rounds {
                #expect(try await program.run("get", "main/bulk/\(number)").text == "written \(number)")
            }
            let end = try await program.run("rekey", "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            let spaces = end.json["spaces"] as? [[String: Any]]
            #expect(spaces?.first?["entries"] as? Int == Self.count)
            let check = try await program.run("verify", "--json")
            #expect(check.status == .exited(0), "\(check.text)")
            #expect((check.json["counts"] as? [String: Any])?["opened"] as? Int == Self.count)
        }
    }

    private static func write(as identity: String, _ program: Program) async throws {
        for number in 0..<rounds {
            let end = try await program.runPatiently(
                ["put", "main/bulk/\(number)", "--identity-file", identity], input: .text("written \(number)"))
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    private static func read(as identity: String, _ program: Program) async throws {
        for number in 0..<rounds {
            let index = count - 1 - number
            let end = try await program.runPatiently(["get", "main/bulk/\(index)", "--identity-file", identity])
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.text == "value \(index)")
        }
    }
}
