// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

extension ServerConnection {
    /// Brings the tables from the format that they have to the last one, all the way or not at all; nobody else writes meanwhile.
    ///
    /// - Parameter steps: ``Schema/steps``.
    /// - Returns: the formats before and after.
    /// - Throws: ``VaultError/Code/newerFormat``, ``VaultError/Code/busy`` if somebody used the tables for too long.
    func upgrade(_ steps: [String]) throws -> FormatChange {
        try endingTransaction {
            _ = try run(
                script: """
                    BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \(TransactionOpening.script); \
                    SET LOCAL lock_timeout = \(Bounds.lockMilliseconds); \
                    SET LOCAL statement_timeout = \(Bounds.upgradeMilliseconds); \
                    SET LOCAL synchronous_commit = on
                    """)
            let (found, last) = (try Schema.format(in: run(Schema.turn)), UInt64(steps.count) + 1)
            guard found <= last else { throw VaultError.newer("the vault's database") }
            for step in steps.dropFirst(Int(found) - 1) { _ = try run(script: step, within: Bounds.upgradeAnswer) }
            if found < last {
                _ = try run("UPDATE coffer.format SET version = $1 WHERE place = 1", [.unsigned(last)])
            }
            try commit()
            return FormatChange(from: found, to: last)
        }
    }
}
