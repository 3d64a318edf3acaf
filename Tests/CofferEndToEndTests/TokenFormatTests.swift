// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// With curl and a shell: Tests/Clients.
@Suite(.timeLimit(.minutes(3))) struct `A token in the form of another program` {
    @Test func `is a variable, a line of netrc and a setting of curl's`() async throws {
        try await World.with { world in
            let token = try await world.token("acme")
            let account = try #require(world.sandbox.accounts.first { $0.name == "acme" })
            let host = world.sandbox.host(of: account)
            let name = String(host.prefix { $0 != ":" })
            let lines = [
                "env": "ACCESS_TOKEN='\(token)'\n", "curl": "oauth2-bearer = \"\(token)\"\n",
                "netrc": "machine \(name) login oauth2 password \(token)\n",
            ]
            for (format, line) in lines {
                let end = try await world.succeed("token", "main/crm/acme", "--format", format)
                #expect(end.text == line && end.errors.isEmpty, "\(format)")
            }
        }
    }

    @Test func `excludes another form, and a proof`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            let others = [
                (["--json"], "--json and --format exclude each other"),
                (["--for", "GET https://api.example/me"], "--for goes with --format header"),
            ]
            for format in ["env", "netrc", "curl"] {
                for (other, sentence) in others {
                    let end = try await program.run(["token", "main/crm/acme", "--format", format] + other)
                    #expect(end.status == .exited(64) && end.output.isEmpty, "\(end.errors)")
                    #expect(end.errors.contains(sentence), "\(end.errors)")
                }
            }
        }
    }
}
