// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct `Descriptors that are no good` {
    private static func withSecret(_ body: (Program) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/token", input: .text("value"))
            try await program.run("put", "main/long", input: .bytes([UInt8](repeating: 65, count: 1 << 20)))
            try await body(program)
        }
    }

    @Test(arguments: [["get", "main/long"], ["list", "--json"], ["status", "--json"]])
    func `a reader that has gone is an input and output error without a word`(command: [String]) async throws {
        try await Self.withSecret { program in
            // The reader is gone before the program starts: it holds the only other end.
            let script = #"mkfifo gone; exec 3<>gone 4>gone 3<&-; exec "$0" "$@" >&4"#
            let end = try await program.run(command, script: script)
            #expect(end.status == .exited(74), "\(end.errors)")
            #expect(end.errors.isEmpty)
        }
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
        arguments: [["get", "main/token"], ["list"], ["init"]])
    func `a full disk under standard output is said`(command: [String]) async throws {
        try await Self.withSecret { program in
            let end = try await program.run(command, script: #"exec "$0" "$@" >/dev/full"#)
            #expect(end.status == .exited(73), "\(end.errors)")
            #expect(end.errors.contains("full"))
        }
    }

    @Test func `standard output that is closed is an error, and no file of ours gets its number`() async throws {
        try await Self.withSecret { program in
            let end = try await program.run("get", "main/token", script: #"exec "$0" "$@" >&-"#)
            end.expectRefusal(74)
            #expect(try await program.run("get", "main/token").text == "value")
        }
    }

    @Test func `all descriptors closed leave the vault whole`() async throws {
        try await Self.withSecret { program in
            for command in [["list"], ["put", "main/other"], ["get", "main/token"], ["init"]] {
                let end = try await program.run(command, script: #"exec "$0" "$@" <&- >&- 2>&-"#)
                guard case .exited = end.status else {
                    Issue.record("\(command): \(end.status)")
                    continue
                }
            }
            #expect(try await program.run("get", "main/token").text == "value")
        }
    }

    @Test func `standard input that is closed stores nothing`() async throws {
        try await Self.withSecret { program in
            let end = try await program.run("put", "main/other", script: #"exec "$0" "$@" <&-"#)
            #expect(end.status != .exited(0))
            end.expectOneSentence()
            #expect(try await program.run("list", "--quiet").text == "main/long\nmain/token\n")
        }
    }

    @Test func `a folder that can't be written is said, and makes nothing`() async throws {
        try await Home.with { home in
            try home.write([], to: "data")
            let end = try await Program(home: home).run("init")
            #expect(end.status != .exited(0))
            end.expectOneSentence()
        }
    }
}
