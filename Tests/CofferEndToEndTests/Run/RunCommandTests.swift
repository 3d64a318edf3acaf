// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A command that is run with credentials` {
    @Test func `finds each reference of its environment replaced, and nothing else changed`() async throws {
        try await RunWorld.with { world in
            let file = try world.program.home.write(
                Array("# a comment\n\nFROM_FILE=coffer://main/key#value\nPLAIN='as it stands' $HOME\r\n".utf8),
                to: "job.env")
            let script = #"""
                [ "$INHERITED" = "$TOKEN" ] && [ "$FROM_FILE" = "$TOKEN" ] && echo same ${#TOKEN}
                printf '%s\n' "$PLAIN" "$PARTLY" "${COFFER_IDENTITY-none}"
                """#
            let identity = String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: world.program.home.identity)), as: UTF8.self)
            let end = try await world.shell(
                script, options: ["--env-file", file],
                environment: [
                    "INHERITED": "coffer://main/key", "PARTLY": "see coffer://main/key",
                    "COFFER_IDENTITY": identity.trimmingCharacters(in: .whitespacesAndNewlines),
                ])
            #expect(
                end.text == """
                    same \(RunWorld.secret.utf8.count)
                    'as it stands' $HOME
                    see coffer://main/key
                    none

                    """)
            #expect(end.errors.isEmpty)
        }
    }

    @Test func `has what is no UTF-8 as it was`() async throws {
        try await RunWorld.with { world in
            for options in [[], ["--no-mask"]] as [[String]] {
                let end = try await world.program.run(
                    RunWorld.arguments(#"printf %s "$ODD" | od -An -tx1"#, options: options),
                    script: #"ODD=$(printf 'a\377b'); export ODD; exec "$0" "$@""#)
                #expect(end.text.trimmingCharacters(in: .whitespacesAndNewlines) == "61 ff 62", "\(end.errors)")
            }
        }
    }

    @Test func `gets little else with --only`() async throws {
        try await RunWorld.with { world in
            let end = try await world.program.run(
                ["run", "--only", "--env", "TOKEN=coffer://main/key", "--", "/usr/bin/env"],
                environment: ["SECOND": "coffer://main/key", "TERM": "dumb"])
            let names = Set(
                end.text.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) })
            #expect(names.isSubset(of: ["PATH", "HOME", "TERM", "LANG", "TOKEN"]) && names.contains("TOKEN"))
            #expect(names.contains("TERM"))
        }
    }

    @Test func `takes the place of the process where nothing is masked`() async throws {
        try await RunWorld.with { world in
            let (number, end) = try await world.program.start(
                RunWorld.arguments("echo $$; trap '' PIPE; kill -PIPE $$; exit 3", options: ["--no-mask"])
            ) { $0.processID }
            #expect(end.text == "\(number)\n" && end.status == .exited(3))
        }
    }

    @Test(arguments: [0, 1, 7, 126, 255])
    func `keeps its exit status`(status: Int32) async throws {
        try await RunWorld.with { world in
            let end = try await world.shell("exit \(status)")
            #expect(end.status == .exited(status))
        }
    }

    @Test func `that a signal ended has 128 and its number`() async throws {
        try await RunWorld.with { world in
            // SIGPIPE is not ignored, although Coffer ignores it.
            for (name, number) in [("KILL", 9), ("PIPE", 13)] as [(String, Int32)] {
                let end = try await world.shell("kill -\(name) $$")
                #expect(end.status == .exited(128 + number))
            }
        }
    }

    @Test(arguments: [("TERM", SIGTERM), ("INT", SIGINT), ("HUP", SIGHUP), ("QUIT", SIGQUIT), ("USR1", SIGUSR1)])
    func `gets each signal once`(name: String, signal: Int32) async throws {
        try await RunWorld.with { world in
            let script = "trap 'echo \(name) >&2; n=$((n+1))' \(name); echo ready >&2; read -r line; echo $n; exit 5"
            let (_, end) = try await world.program.start(RunWorld.arguments(script), input: .open) { running in
                _ = await running.line(containing: "ready")
                running.send(signal)
                _ = await running.line(containing: name)
                await running.write("\n")
            }
            // dash goes on reading after a signal; bash ends the read, with the same count.
            #expect(end.status == .exited(5) && end.text == "1\n", "\(end.status) \(end.errors)")
        }
    }

    @Test func `that does not exist or can't be executed is refused, and nothing is handed out`() async throws {
        try await RunWorld.with { world in
            let file = try world.program.home.write(Array("text".utf8), to: "text")
            for (command, status) in [("no-such-command", 127), ("/no/such/file", 127), (file, 126), ("/tmp", 126)] {
                let end = try await world.program.run(
                    "run", "--env", "TOKEN=coffer://main/key", "--", command)
                end.expectRefusal(Int32(status))
            }
            let events = try await world.program.run("audit", "show").text
            #expect(events.contains("put ") && !events.contains("get "))
            _ = try await world.shell("true")
            #expect(try await world.program.run("audit", "show").text.contains("get "))
        }
    }

    @Test func `is not started where a variable can't be had`() async throws {
        try await RunWorld.with { world in
            let script = "touch started"
            for (options, status, said) in [
                (["--env", "A=coffer://main/none"], 66, "variable A"),
                (["--env", "PATH=coffer://main/key"], 64, "PATH"),
                (["--env", "ld_preload=coffer://main/key"], 64, "ld_preload"),
                (["--env", "1A=coffer://main/key"], 64, "1A"),
                (["--env", "A=coffer://main/key#VALUE"], 64, "variable A"),
                (["--env-file", "none.env"], 66, "none.env"),
            ] as [([String], Int32, String)] {
                try await world.shell(script, options: options).expectRefusal(status, saying: said)
            }
            // A value stands on no command line; what it was is not said again.
            for arguments in [
                ["run"], ["run", "sh"], RunWorld.arguments(script, options: ["--env", "A=made-up-value"]),
            ] {
                let end = try await world.program.run(arguments)
                #expect(end.status == .exited(64) && end.output.isEmpty && end.errors.contains("usage: coffer run"))
                #expect(!end.errors.contains("made-up"))
            }
            let file = try world.program.home.write(Array("A=b\nmade-up line\n".utf8), to: "bad.env")
            let end = try await world.shell(script, options: ["--env-file", file])
            end.expectRefusal(64, saying: "line 2")
            #expect(!end.errors.contains("made-up"))
            try await world.program.run("put", "main/zero", input: .bytes([1, 0, 2]))
            try await world.shell(script, options: ["--env", "A=coffer://main/zero"]).expectRefusal(
                64, saying: "zero byte")
            #expect(!FileManager.default.fileExists(atPath: world.program.home.path + "/started"))
            #expect(
                try await world.shell(script, options: ["--force", "--env", "LC_X=coffer://main/key"]).status
                    == .exited(0))
            #expect(FileManager.default.fileExists(atPath: world.program.home.path + "/started"))
        }
    }

    @Test func `without a reference needs no vault`() async throws {
        try await Home.with { home in
            let end = try await Program(home: home).run("run", "--", "sh", "-c", "echo done")
            #expect(end.text == "done\n" && end.status == .exited(0))
            #expect(!FileManager.default.fileExists(atPath: home.vault))
        }
    }

    @Test func `gets a token that works`() async throws {
        try await World.with { world in
            let end = try await world.program.run(
                "run", "--env", "TOKEN=coffer://main/crm/acme", "--env", "URL=coffer://main/crm/acme#account_url", "--",
                "sh", "-c", #"printf %s "$TOKEN" > token; echo "$URL" "$TOKEN""#)
            // Where the account is is no secret.
            #expect(end.text.hasPrefix("https://") && end.text.hasSuffix(" ***\n"), "\(end.text) \(end.errors)")
            let file = world.program.home.path + "/token"
            let token = String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
            #expect(try await world.accountStatus("acme", token: token) == 200)
        }
    }
}
