// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension VerifyRun {
    /// How many wishes are counted: anybody who can write the file can leave any number of rows.
    private static let wishLimit = 10_000

    /// Looks at the wishes and the passphrase boxes; what one of them is worth is judged by whoever uses it.
    func checkWishes() async throws {
        let (count, oddCount) = try await vault.reading { _, reader in
            let wishes = try reader.wishes(limit: Self.wishLimit).count
            return (wishes + (try reader.passphraseBoxSigners().count), try reader.unreadableWishCount())
        }
        contents.withLock { $0.report.counts.sideRecords = count }
        if oddCount > 0 {
            add(
                .warning, "the wishes",
                "rows that can be no wishes lie among them (\(oddCount)); they are passed over",
                remedy: "find out who can write the vault's file")
        }
    }
}
