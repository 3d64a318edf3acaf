// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct `A static secret that leaked` {
    private static let old = "https://portal.example/rest/1/MARKER-made-up-old-0123456789/"
    private static let new = "https://portal.example/rest/1/MARKER-made-up-new-0123456789/"

    private static func with(_ body: (Program) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            #expect(try await program.run("put", "main/hook", input: .text(old)).status == .exited(0))
            try await body(program)
        }
    }

    @Test func `is replaced by a person in another run, and shown nowhere`() async throws {
        try await Self.with { program in
            let plan = try await program.run("rotate", "main/hook", "--leak", "--dry-run", "--json")
            #expect(plan.json["subject"] as? String == "value" && plan.json["taint"] as? String == "serve")
            let open = try await program.run("rotate", "main/hook", "--leak")
            #expect(
                open.status == .exited(82) && open.text.contains("where it comes from"), "\(open.errors)\(open.text)")
            #expect(!open.errors.contains("client_secret") && !open.text.contains("client_secret"), "\(open.text)")
            #expect(!open.errors.contains("refreshes"), "\(open.errors)")
            let served = try await program.run("get", "main/hook")
            #expect(served.text == Self.old && served.errors.contains("is tainted"), "\(served.errors)")
            try await program.run("put", "main/hook", input: .text("made-up")).expectRefusal(75, saying: "resume")
            let end = try await program.run("rotate", "resume", input: .text(Self.new + "\n"))
            #expect(end.status == .exited(83), "\(end.errors)\(end.text)")
            #expect(!end.text.contains("client_secret") && !end.errors.contains("client_secret"), "\(end.text)")
            let after = try await program.run("get", "main/hook")
            #expect(after.text == Self.new && after.errors.isEmpty)
            let page = try await program.run("rotate", "report", "--format", "html")
            for shown in [open, end, plan, page] {
                for marker in [Marker("old", Self.old), Marker("new", Self.new)] {
                    #expect(!marker.isIn(shown.output) && !marker.isIn(shown.errorBytes), "\(marker.name)")
                }
            }
        }
    }

    @Test func `that is a file is replaced by the one on standard input`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/key-file", input: .text("made-up-old\nfile\n"))
            #expect(try await program.run("rotate", "main/key-file", "--leak").status == .exited(82))
            let line = try await program.run("rotate", "resume", input: .text("made-up-old\n"))
            line.expectRefusal(64, saying: "give the whole file")
            let end = try await program.run("rotate", "resume", input: .text("made-up-new\nfile\n"))
            #expect(end.status == .exited(83), "\(end.errors)\(end.text)")
            #expect(try await program.run("get", "main/key-file").text == "made-up-new\nfile\n")
        }
    }

    @Test func `on hold is given to nobody`() async throws {
        try await Self.with { program in
            #expect(try await program.run("rotate", "main/hook", "--leak", "--hold").status == .exited(82))
            try await program.run("get", "main/hook").expectRefusal(84, saying: "on hold")
            try await program.run("rotate", "main/other", "--leak").expectRefusal(66, saying: "main/other")
            let wrong = try await program.run("rotate", "resume", input: .text(Self.old))
            #expect(wrong.status != .exited(83) && wrong.errors.contains("old value"), "\(wrong.errors)")
            #expect(!Marker("old", Self.old).isIn(wrong.errorBytes))
            #expect(try await program.run("rotate", "resume", input: .text(Self.new)).status == .exited(83))
            #expect(try await program.run("get", "main/hook").text == Self.new)
        }
    }
}
