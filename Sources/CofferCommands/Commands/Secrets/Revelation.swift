// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The rule that no secret is shown on a terminal unless that is asked for.
enum Revelation {
    /// Refuses a terminal without `--reveal`, before anything is read.
    ///
    /// - Throws: ``CommandError`` with the code `usage`.
    static func check(_ isAllowed: Bool, _ context: CommandContext) throws(CommandError) {
        guard context.output.isTerminal, !isAllowed else { return }
        throw CommandError(
            "usage", message: "standard output is a terminal, and a secret would be seen there",
            hint: "send it to a pipe or a file, or show it with --reveal")
    }
}
