// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GrantServer
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `coffer connect with a device's code` {
    private static let connect = ["connect", "main/as/alice", "--device", "--yes"]

    @Test func `shows page and code, and connects once somebody has entered it`() async throws {
        try await GrantHome.with { world in
            let (code, end) = try await world.program.start(Self.connect) { child in
                let line = try #require(await child.line(containing: "enter this code: "))
                _ = await child.line(containing: "waiting at most")
                world.server.decide("approved")
                return line.components(separatedBy: "enter this code: ").last ?? ""
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.errors.contains("in a browser on any device: \(world.server.issuer)/go\n"))
            #expect(end.errors.contains("\(world.server.issuer)/go?user_code=\(code)\n") && !code.isEmpty)
            #expect(!end.errors.contains("zq7-marker-device"))
            let token = try await world.succeed("token", "main/as/alice").text
            #expect(world.server.rights(of: String(token.dropLast()))?.scope == ["orders:read", "orders:write"])
        }
    }

    @Test func `ends at an interrupt, and leaves nothing behind`() async throws {
        try await GrantHome.with { world in
            let (_, end) = try await world.program.start(Self.connect) { child in
                _ = await child.line(containing: "waiting at most")
                kill(child.processID, SIGINT)
            }
            #expect(end.status == .exited(130), "\(end.errors)")
            #expect(end.output.isEmpty && end.errors.hasSuffix("coffer: interrupted\n"))
            #expect(try await world.succeed("status", "--quiet").text.isEmpty)
        }
    }

    @Test(arguments: [("expired_token", 75, "in time"), ("access_denied", 80, "said no")])
    func `ends with what was decided`(_ verdict: String, _ status: Int32, _ text: String) async throws {
        try await GrantHome.with { world in
            let (_, end) = try await world.program.start(Self.connect) { child in
                _ = await child.line(containing: "waiting at most")
                world.server.decide(verdict)
            }
            #expect(end.status == .exited(status) && end.output.isEmpty, "\(end.errors)")
            #expect(end.errors.contains(text))
            #expect(try await world.succeed("status", "--quiet").text.isEmpty)
        }
    }

    @Test func `waits no longer than is said, nor than the code lives`() async throws {
        try await GrantHome.with(habits: .but { $0.deviceLifetime = 2 }) { world in
            let end = try await world.program.run(Self.connect)
            #expect(end.status == .exited(75) && end.errors.contains("waiting at most 2 s"), "\(end.errors)")
            let sooner = try await world.program.run(Self.connect + ["--timeout", "1s"])
            #expect(sooner.status == .exited(75) && sooner.errors.contains("waiting at most 1 s"), "\(sooner.errors)")
        }
    }

    @Test func `is said not to exist where it does not`() async throws {
        try await World.with(accounts: []) { world in
            try await world.program.run("connect", "main/crm/acme", "--device", "--yes")
                .expectRefusal(78, saying: "no device codes")
            for option in [["--paste"], ["--account-host", "acme.example"], ["--resource", "none"]] {
                let end = try await world.program.run(["connect", "main/crm/acme", "--device", "--yes"] + option)
                #expect(end.status == .exited(64), "\(option): \(end.errors)")
            }
        }
    }
}
