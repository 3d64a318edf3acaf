// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The folder that containers are given.
@Suite(.timeLimit(.minutes(5))) struct `The folder of a socket for tickets` {
    @Test func `has nothing in it by which an agent could be kept from starting`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            let folder = "\(home.path)/tickets"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            // What a container could hold, had the agent its lock there.
            let foreign = open("\(folder)/agent.sock.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            try #require(foreign >= 0 && flock(foreign, LOCK_EX | LOCK_NB) == 0)
            defer { close(foreign) }
            for _ in 1...2 {
                let (_, end) = try await program.withAgent(["--ticket-socket", "\(folder)/agent.sock"]) { agent in
                    try await agent.expectService()
                    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
                    #expect(names.sorted() == ["agent.sock", "agent.sock.lock"])
                    let beside = (agent.socket as NSString).deletingLastPathComponent
                    let locks = try FileManager.default.contentsOfDirectory(atPath: beside)
                        .filter { $0.hasPrefix("%2F") && $0.hasSuffix("tickets%2Fagent.sock.lock") }
                    #expect(locks.count == 1)
                }
                #expect(end.status == .exited(0), "\(end.errors)")
            }
        }
    }
}
