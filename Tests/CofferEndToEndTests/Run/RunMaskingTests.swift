// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `What a command prints that was run with a secret` {
    @Test func `shows neither the secret nor an encoding that other programs make of it`() async throws {
        try await RunWorld.with { world in
            // The programs that people use for it; none of them is ours.
            let script = #"""
                printf 'plain %s.\n' "$TOKEN"
                printf 'error %s.\n' "$TOKEN" >&2
                printf 'base64 '; printf %s "$TOKEN" | base64
                printf 'basic '; printf 'user:%s' "$TOKEN" | base64
                printf 'basic2 '; printf 'userx:%s;' "$TOKEN" | base64
                python3 - <<'PYTHON'
                import base64, json, os, urllib.parse
                token = os.environ["TOKEN"]
                print("safe", base64.urlsafe_b64encode(token.encode()).decode())
                print("hex", token.encode().hex(), token.encode().hex().upper())
                print("url", urllib.parse.quote(token, safe=""), urllib.parse.quote_plus(token), urllib.parse.quote(token))
                print("json", json.dumps(token))
                PYTHON
                """#
            let end = try await world.shell(script)
            #expect(end.status == .exited(0))
            #expect(end.errors == "error ***.\n")
            let lines = end.text.split(separator: "\n").map(String.init)
            #expect(lines.first == "plain ***.")
            #expect(
                lines.contains("hex *** ***") && lines.contains("url *** *** ***") && lines.contains(#"json "***""#))
            for line in lines {
                #expect(line.contains("***"), "\(line)")
                // What is left of an encoding holds no four bytes of the secret.
                let rest = line.split(separator: " ").dropFirst().joined().replacing("***", with: "")
                #expect(rest.count <= 12, "\(line)")
            }
            try #require(lines.count == 8)
        }
    }

    @Test func `hides it in whatever pieces it is written`() async throws {
        try await RunWorld.with { world in
            let script = #"""
                printf 'a %s' "${TOKEN%%/*}"; printf '%s b\n' "/${TOKEN#*/}"
                printf %s "$TOKEN" | while IFS= read -r -n1 letter 2>/dev/null; do printf %s "$letter"; done
                printf '%s%s\n' "$TOKEN" "$TOKEN"
                printf 'made-up-secret/one? is half of it\n'
                """#
            let end = try await world.program.run([
                "run", "--env", "TOKEN=coffer://main/key", "--", "bash", "-c", script,
            ])
            #expect(end.text == "a *** b\n***\nmade-up-secret/one? is half of it\n")
        }
    }

    @Test func `is otherwise the same, byte for byte`() async throws {
        try await RunWorld.with { world in
            let bytes = (0..<300_000).map { _ in UInt8.random(in: .min ... .max) }
            let file = try world.program.home.write(bytes, to: "bytes")
            let end = try await world.shell("cat '\(file)'; cat '\(file)' >&2")
            #expect(end.output == bytes && end.errorBytes == bytes)
        }
    }

    @Test func `is what it prints where nothing is masked`() async throws {
        try await RunWorld.with { world in
            let end = try await world.shell(#"printf %s "$TOKEN""#, options: ["--no-mask"])
            #expect(end.text == RunWorld.secret && end.status == .exited(0))
        }
    }

    @Test func `is told about where a secret is too short to be masked well`() async throws {
        try await RunWorld.with { world in
            try await world.program.run("put", "main/pin", input: .text("4711"))
            let end = try await world.program.run(
                "run", "--env", "PIN=coffer://main/pin", "--", "sh", "-c", "echo 47110")
            #expect(end.text == "***0\n")
            #expect(end.errors.contains("fewer than 6 bytes") && !end.errors.contains("4711"))
        }
    }

    @Test func `ends with the command, also where something that it started prints on`() async throws {
        try await RunWorld.with { world in
            let end = try await world.shell("sleep 600 & echo $!; echo ready")
            let lines = end.text.split(separator: "\n")
            #expect(lines.last == "ready" && end.status == .exited(0))
            #expect(end.errors.contains("left behind"))
            if let number = lines.first.flatMap({ pid_t($0) }) { kill(number, SIGKILL) }
        }
    }

    @Test func `ends where nobody reads it any more`() async throws {
        try await RunWorld.with { world in
            let end = try await world.program.run(
                "run", "--env", "TOKEN=coffer://main/key", "--", "sh", "-c", "yes; echo 'yes ended with' $? >&2",
                script: #""$0" "$@" | head -n 1"#)
            #expect(end.text == "y\n")
            #expect(end.errors.contains("yes ended with 141"), "\(end.errors)")
        }
    }
}
