// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Subprocess

extension Program {
    /// How often one asks whose wait ended.
    private static let attempts = 3

    /// Runs a command beside others that write, and again where its wait for one of them ended (75).
    ///
    /// Where a machine stands still for seconds that is no failure, and nothing was written.
    func runPatiently(_ arguments: [String], input: Input = .nothing) async throws -> Finished {
        var end = try await run(arguments, input: input)
        for _ in 1..<Self.attempts where end.status == .exited(75) { end = try await run(arguments, input: input) }
        return end
    }
}
