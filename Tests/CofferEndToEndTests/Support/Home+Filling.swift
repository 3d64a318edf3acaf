// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferVault
import Foundation

extension Home {
    /// Writes static secrets `main/bulk/0`, `main/bulk/1` and so on in one batch, which the program would do one by one.
    func fill(_ count: Int) async throws {
        let text = try IdentityText(reading: Secret(bytes: Data(contentsOf: URL(fileURLWithPath: identity))))
        let vault = try await Vault.unlock(try SQLiteStore.open(self.vault), with: text, now: { Date() })
        let drafts = try (0..<count).map { index in
            var fields = FieldTable()
            fields.set(16, text: "value \(index)")
            fields.set(17, date: Date())
            return EntryDraft(try CredentialPath("main/bulk/\(index)"), kind: .secret, use: fields)
        }
        _ = try await vault.commit(WriteBatch(.put, drafts: drafts))
    }
}
