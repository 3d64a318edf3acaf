// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(5))) struct `coffer status --watch` {
    @Test func `draws on a terminal until Ctrl-C, and gives it back with the last table`() async throws {
        try await World.with { world in
            // The terminal has no size, so nothing is cut.
            let end = try await world.program.sit(
                ["status", "--watch"], [.types("\u{03}", at: "main/crm/acme")])
            #expect(end.status == 130, "\(end.screen)")
            #expect(end.screen.contains("1 connection; "))
            let parts = end.screen.split(separator: "\u{1B}[?1049l")
            try #require(parts.count == 2, "\(end.screen)")
            #expect(parts[0].contains("\u{1B}[?1049h\u{1B}[?25l\u{1B}[H"))
            #expect(parts[1].contains("main/crm/acme") && parts[1].contains("interrupted"))
        }
    }

    @Test func `prints a line for what changes where there is no terminal, until SIGTERM`() async throws {
        try await World.with { world in
            let (_, end) = try await world.program.start(
                ["status", "--watch", "--json"], script: #"exec "$0" "$@" >&2"#
            ) { running in
                let first = try #require(await running.line(containing: #""event":"shown""#))
                #expect(first.contains(#""path":"main/crm/acme""#) && first.contains(#""state":"active""#))
                try await world.succeed("refresh", "--force", "main/crm/acme")
                let second = try #require(await running.line(containing: #""version":2"#))
                #expect(second.contains(#""event":"changed""#))
                try await world.succeed("remove", "main/crm/acme", "--yes")
                #expect(await running.line(containing: #""event":"gone""#) != nil)
                running.send(SIGTERM)
            }
            #expect(end.status == .exited(143), "\(end.errors)")
        }
    }

    @Test func `ends when nobody reads what it prints`() async throws {
        try await World.with { world in
            let end = try await world.program.run(["status", "--watch", "--json"], script: #"exec "$0" "$@" >&-"#)
            #expect(end.status == .exited(74), "\(end.errors)")
        }
    }
}
