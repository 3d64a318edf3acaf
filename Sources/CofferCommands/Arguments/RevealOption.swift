// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `--reveal`: no secret is shown on a terminal unless that is asked for.
struct RevealOption: ParsableArguments {
    /// Whether it may be shown on a terminal.
    @Flag(help: "Print it although standard output is a terminal.")
    var reveal = false

    /// Refuses a terminal without `--reveal`, before anything is read.
    ///
    /// - Throws: ``CommandError`` with the code `usage`.
    func check(_ context: CommandContext) throws(CommandError) {
        guard context.output.isTerminal, !reveal else { return }
        throw CommandError(
            "usage", message: "standard output is a terminal, and a secret would be seen there",
            hint: "send it to a pipe or a file, or show it with --reveal")
    }
}
