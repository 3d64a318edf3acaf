// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct `Static secrets` {
    private static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// What breaks programs that take a secret for a line of text.
    static let values: [[UInt8]] = [
        [0], [10], [13, 10], [0xFF], [0, 10, 0], Array("no newline".utf8), Array("a newline\n".utf8),
        Array("two\n\nlines\r\n".utf8), [0xEF, 0xBB, 0xBF, 65], bytes(1000), Array(0...255), bytes(1 << 20),
    ]

    @Test(arguments: values)
    func `come out as they went in`(value: [UInt8]) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            #expect(try await program.run("put", "main/key", input: .bytes(value)).status == .exited(0))
            let end = try await program.run("get", "main/key")
            #expect(end.status == .exited(0) && end.errors.isEmpty)
            #expect(end.output == value)
        }
    }

    @Test func `of 1 MiB and one byte are refused, and the old one stays`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/key", input: .text("old"))
            let end = try await program.run("put", "main/key", input: .bytes(Self.bytes((1 << 20) + 1)))
            end.expectRefusal(65, saying: "1048576")
            try await program.run("put", "main/key", input: .bytes([])).expectRefusal(64, saying: "empty")
            #expect(try await program.run("get", "main/key").text == "old")
        }
    }

    @Test func `are replaced, listed and removed`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/key", input: .text("one"))
            let replaced = try await program.run("put", "main/key", input: .text("two"))
            #expect(replaced.errors.contains("replaced"))
            #expect(try await program.run("get", "coffer://main/key").text == "two")
            #expect(try await program.run("remove", "main/key", "--yes").status == .exited(0))
            try await program.run("get", "main/key").expectRefusal(66)
            #expect(try await program.run("list", "--quiet").output.isEmpty)
        }
    }
}
