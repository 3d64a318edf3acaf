// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

#if os(Linux)
/// A process that may keep no memory out of swap: the limit is zero, and root is without the capability that lifts it.
@Suite(.timeLimit(.minutes(2))) struct `An agent whose memory can't be locked` {
    private static let script = """
        ulimit -l 0
        [ "$(id -u)" != 0 ] || exec setpriv --bounding-set=-ipc_lock -- "$0" "$@"
        exec "$0" "$@"
        """

    @Test func `says so, and serves`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            let (_, end) = try await program.withAgent(script: Self.script) { agent in try await agent.expectService() }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(
                end.errors.contains("coffer: warning: this process may not keep 256 KiB out of swap"), "\(end.errors)")
        }
    }

    @Test func `stops where that is required, and asks nobody for anything`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            let end = try await program.run(["agent", "--require-locked-memory"], script: Self.script)
            #expect(end.status == .exited(78), "\(end.errors)")
            #expect(end.errors.split(separator: "\n").count == 1 && end.errors.contains("ulimit -l"), "\(end.errors)")
            // Not even that there is no vault was looked at.
            #expect(end.text.isEmpty && !end.errors.contains("vault"))
        }
    }
}
#endif
