// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A template that is filled` {
    @Test func `goes to standard output, from a file or standard input`() async throws {
        try await RunWorld.with { world in
            let template = "key: {{ coffer://main/key }}\nsame: {{coffer://main/key#value}}\nother: {{ .x }}\n"
            let file = try world.program.home.write(Array(template.utf8), to: "config.tpl")
            let expected = "key: \(RunWorld.secret)\nsame: \(RunWorld.secret)\nother: {{ .x }}\n"
            for end in [
                try await world.program.run("inject", file),
                try await world.program.run("inject", input: .text(template)),
                try await world.program.run("inject", "-", input: .text(template)),
            ] {
                #expect(end.status == .exited(0) && end.text == expected && end.errors.isEmpty, "\(end.errors)")
            }
        }
    }

    @Test func `is a file that only its owner may read, in place of another only with --force`() async throws {
        try await RunWorld.with { world in
            let home = world.program.home
            let template = try home.write(Array("{{ coffer://main/key }}".utf8), to: "t")
            let output = home.path + "/out"
            let arguments = ["inject", template, "--output", output]
            let end = try await world.program.run(arguments)
            #expect(end.status == .exited(0) && end.output.isEmpty && end.errors.isEmpty, "\(end.errors)")
            #expect(home.files()["out"] == Data(RunWorld.secret.utf8))
            let mode = try FileManager.default.attributesOfItem(atPath: output)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            try home.write(Array("old".utf8), to: "out", mode: 0o644)
            try await world.program.run(arguments).expectRefusal(64, saying: "--force")
            #expect(home.files()["out"] == Data("old".utf8))
            #expect(try await world.program.run(arguments + ["--force"]).status == .exited(0))
            #expect(home.files()["out"] == Data(RunWorld.secret.utf8))
            #expect(try FileManager.default.attributesOfItem(atPath: output)[.posixPermissions] as? Int == 0o600)
            #expect(!home.files().keys.contains { $0.hasSuffix(".tmp") })
        }
    }

    @Test func `is written through no link, and into neither vault nor identity`() async throws {
        try await RunWorld.with { world in
            let home = world.program.home
            let template = try home.write(Array("{{ coffer://main/key }}".utf8), to: "t")
            let target = try home.write(Array("kept".utf8), to: "target")
            try FileManager.default.createSymbolicLink(atPath: home.path + "/link", withDestinationPath: target)
            let arguments = ["inject", template, "--output"]
            try await world.program.run(arguments + [home.path + "/link"]).expectRefusal(64)
            try await world.program.run(arguments + [home.path + "/link", "--force"]).expectRefusal(64)
            #expect(home.files()["target"] == Data("kept".utf8))
            let before = home.files()["data/coffer/vault.db"]
            for path in [home.vault, home.identity, home.path + "/none/file", home.path] {
                let end = try await world.program.run(arguments + [path, "--force"])
                #expect(end.status != .exited(0) && end.output.isEmpty, "\(path)")
                end.expectOneSentence()
            }
            #expect(home.files()["data/coffer/vault.db"]?.count == before?.count)
            // Nothing was handed out for what can't be written.
            #expect(!(try await world.program.run("audit", "show").text.contains("get ")))
        }
    }

    @Test func `that can't be filled leaves nothing, and says where`() async throws {
        try await RunWorld.with { world in
            let home = world.program.home
            try await world.program.run("put", "main/zero", input: .bytes([1, 0, 2]))
            for (text, status, said) in [
                ("x\n{{ coffer://main/none }}", 66, "line 2 of"), ("{{ coffer://main/key", 64, "line 1 of"),
                ("{{ coffer://main/key }}\n\n{{ coffer://x }}", 64, "line 3 of"),
                ("{{ coffer://main/key#VALUE }}", 64, "line 1 of"), ("{{ coffer://main/zero }}", 64, "zero byte"),
                ("{{ coffer://main/key made-up }}", 64, "line 1 of"),
            ] as [(String, Int32, String)] {
                let template = try home.write(Array(text.utf8), to: "t")
                for more in [[], ["--output", home.path + "/out"]] {
                    let end = try await world.program.run(["inject", template] + more)
                    end.expectRefusal(status, saying: said)
                    #expect(!end.errors.contains("made-up"))
                }
                #expect(home.files()["out"] == nil && !home.files().keys.contains { $0.hasSuffix(".tmp") })
            }
            try await world.program.run("inject", home.path + "/absent").expectRefusal(66, saying: "absent")
        }
    }

    @Test func `without a reference needs no vault, and without braces stays as it is`() async throws {
        try await Home.with { home in
            let end = try await Program(home: home).run("inject", input: .text("a\nTOKEN=coffer://main/key\n"))
            #expect(end.text == "a\nTOKEN=coffer://main/key\n" && end.status == .exited(0))
            end.expectOneSentence(saying: "line 2 of the template")
            #expect(!FileManager.default.fileExists(atPath: home.vault))
        }
    }
}

@Suite(.timeLimit(.minutes(3))) struct `Variables that are written in a format` {
    static let arguments = ["inject", "--env", "TOKEN=coffer://main/key"]

    @Test(arguments: ["dotenv", "json", "yaml", "shell", "fish", "docker", "systemd", "gitlab"])
    func `are the references and the lines of files`(format: String) async throws {
        try await RunWorld.with { world in
            let file = try world.program.home.write(
                Array("# made up\nPLAIN=as-it-stands\nOTHER=coffer://main/key\n".utf8), to: "job.env")
            let end = try await world.program.run(Self.arguments + ["--env-file", file, "--format", format])
            #expect(end.status == .exited(0) && end.errors.isEmpty, "\(end.errors)")
            #expect(end.text.split(separator: RunWorld.secret, omittingEmptySubsequences: false).count == 3)
            #expect(end.text.contains("as-it-stands") && !end.text.contains("coffer://"))
            let output = world.program.home.path + "/out"
            let written = try await world.program.run(
                Self.arguments + ["--env-file", file, "--format", format, "--output", output])
            #expect(written.status == .exited(0) && written.output.isEmpty)
            #expect(world.program.home.files()["out"] == Data(end.output))
        }
    }

    @Test func `that can't be said are refused, with nothing written and nothing shown`() async throws {
        try await RunWorld.with { world in
            try await world.program.run("put", "main/lines", input: .text("made-up-one\nmade-up-two"))
            let output = world.program.home.path + "/out"
            for format in ["docker", "gitlab"] {
                for more in [[], ["--output", output]] {
                    let end = try await world.program.run(
                        Self.arguments + ["--env", "LINES=coffer://main/lines", "--format", format] + more)
                    end.expectRefusal(64, saying: "variable LINES can't be written as \(format): it holds a line break")
                    #expect(!end.errors.contains("made-up"))
                }
            }
            #expect(world.program.home.files()["out"] == nil)
            for (more, said) in [
                (["--env", "PATH=coffer://main/key"], "--reserved"), (["--env", "1A=coffer://main/key"], "1A"),
                (["--env", "COFFER_IDENTITY=coffer://main/key", "--reserved"], "COFFER_IDENTITY"),
                (["--env", "UID=coffer://main/key"], "UID"),
            ] {
                try await world.program.run(Self.arguments + more + ["--format", "shell"]).expectRefusal(
                    64, saying: said)
            }
            let end = try await world.program.run(
                Self.arguments + ["--env", "PATH=coffer://main/key", "--reserved", "--format", "shell"])
            #expect(end.status == .exited(0) && end.text.contains("export PATH="))
        }
    }

    @Test func `go to GitHub Actions as masks first, then as entries behind what is there`() async throws {
        try await RunWorld.with { world in
            let home = world.program.home
            let file = try home.write(Array("EARLIER=x".utf8), to: "github.env", mode: 0o644)
            let end = try await world.program.run(
                Self.arguments + ["--format", "github"], environment: ["GITHUB_ENV": file])
            #expect(end.status == .exited(0) && end.text == "::add-mask::\(RunWorld.secret)\n", "\(end.errors)")
            let text = String(decoding: home.files()["github.env"] ?? Data(), as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            try #require(lines.count == 5, "\(text)")
            #expect(lines[0] == "EARLIER=x" && lines[2] == RunWorld.secret && lines[4].isEmpty)
            #expect(lines[1] == "TOKEN<<\(lines[3])" && lines[3].utf8.count > 20)
            let another = try await world.program.run(
                Self.arguments + ["--format", "github"], environment: ["GITHUB_ENV": file])
            #expect(another.status == .exited(0))
            let more = String(decoding: home.files()["github.env"] ?? Data(), as: UTF8.self)
            #expect(more.hasPrefix(text) && !more.dropFirst(text.count).contains(lines[3]))
        }
    }

    @Test func `go through no link, and nowhere outside of a step of GitHub Actions`() async throws {
        try await RunWorld.with { world in
            let home = world.program.home
            let target = try home.write(Array("kept".utf8), to: "target")
            let link = home.path + "/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            for (file, status) in [(link, 73), (home.path + "/none", 73), (home.path, 73), ("", 64)]
                as [(String, Int32)]
            {
                try await world.program.run(
                    Self.arguments + ["--format", "github"], environment: file.isEmpty ? [:] : ["GITHUB_ENV": file]
                ).expectRefusal(status, saying: "GITHUB_ENV")
            }
            #expect(home.files()["target"] == Data("kept".utf8))
        }
    }

    @Test(arguments: [
        ["--format", "json"], ["template", "--format", "json", "--env", "A=coffer://main/key"],
        ["--env", "A=coffer://main/key"], ["template", "--force"], ["template", "--reserved"],
        ["--format", "made-up", "--env", "A=coffer://main/key"], ["--format", "json", "--env", "A=made-up-value"],
        ["--format", "github", "--env", "A=coffer://main/key", "--output", "x"],
    ])
    func `are asked for in one way`(more: [String]) async throws {
        try await Home.with { home in
            let end = try await Program(home: home).run(["inject"] + more)
            #expect(end.status == .exited(64) && end.output.isEmpty && end.errors.contains("usage: "), "\(end.errors)")
            #expect(!end.errors.contains("made-up-value"))
        }
    }
}
