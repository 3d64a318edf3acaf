// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A file of variables` {
    @Test func `may be a pipe, as a shell makes one`() async throws {
        try await RunWorld.with { world in
            let feed = #"mkfifo feed; (printf 'KEY=coffer://main/key\n' >feed &); exec "$0" "$@""#
            let end = try await world.program.run(
                ["run", "--env-file", "feed", "--", "/bin/sh", "-c", "echo ${#KEY}"], script: feed)
            #expect(end.status == .exited(0) && end.text == "\(RunWorld.secret.utf8.count)\n", "\(end.errors)")
        }
    }

    @Test(arguments: [["run"], ["inject", "--format", "dotenv"]])
    func `that is no text, or has no end, is refused before anything is done`(command: [String]) async throws {
        try await RunWorld.with { world in
            let file = try world.program.home.write(Array("A=1\nB=made-up".utf8) + [0xFF], to: "job.env")
            let rest = command == ["run"] ? ["--", "/bin/echo", "begun"] : []
            let broken = try await world.program.run(command + ["--env-file", file] + rest)
            broken.expectRefusal(65, saying: "line 2 of")
            #expect(!broken.errors.contains("made-up"))
            try await world.program.run(command + ["--env-file", "/dev/zero"] + rest).expectRefusal(65, saying: "1 MiB")
        }
    }
}
