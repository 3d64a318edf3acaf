// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault

extension PostgresStore {
    package func takeDue(
        in spaces: [SpaceID], by instant: Int64
    ) async throws -> [(id: EntryID, at: Int64)]? {
        guard !isReadOnly else { return nil }
        guard !spaces.isEmpty else { return [] }
        return try await writer.run { [holder] connection, _ in
            try connection.writeAside { transaction in
                try DueClaims(transaction: transaction, holder: holder, spaces: spaces, instant: instant).take()
            }
        }
    }
}
