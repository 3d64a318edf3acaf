// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct `The limit on core files` {
    /// Ours is zero from the beginning; a command's is what it was before.
    @Test(arguments: [["--no-mask"], []], ["0", "$(ulimit -H -c)"])
    func `is the user's own for a command`(options: [String], soft: String) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            let limit = #"ulimit -S -c "\#(soft)"; "#
            let plain = try await program.run([], script: limit + "ulimit -S -c")
            let end = try await program.run(
                ["run"] + options + ["--", "sh", "-c", "ulimit -S -c"], script: limit + #"exec "$0" "$@""#)
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.text == plain.text)
        }
    }
}
