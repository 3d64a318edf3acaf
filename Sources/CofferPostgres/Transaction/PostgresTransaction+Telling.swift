// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

extension PostgresTransaction {
    /// Writes down that something was changed, for those who ask, and has those told who listen, both with the commit.
    ///
    /// The numbers are drawn, not counted: a standby that takes over without the last commits never gives one a second time. They
    /// are all that anybody is told.
    ///
    /// All that waits to be sent has gone with it, and stands but for the commit.
    ///
    /// - Returns: the numbers of the new state.
    func tell() throws -> ChangeNumbers {
        var told = ChangeNumbers()
        if notes.changesContents { told.state = try tell("state", ServerWatch.changeMark) }
        if notes.leavesWish { told.wish = try tell("wish", ServerWatch.wishMark) }
        try connection.settle()
        return told
    }

    private func tell(_ column: String, _ mark: Character) throws -> Int64 {
        let number = Int64.random(in: .min ... .max)
        let statement = Statement(
            """
            WITH told AS (UPDATE coffer.change SET \(column) = $1 WHERE place = 1 RETURNING 1)
            SELECT pg_notify('\(ServerWatch.channel)', $2) FROM told
            """, [.integer(number), .text("\(mark)\(number)")]
        ) { answer in
            // Without its row nobody who asks would ever hear of it.
            guard answer.rows.count == 1 else { throw VaultError.damaged }
        }
        try connection.queue(statement)
        return number
    }
}
