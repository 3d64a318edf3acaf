// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation

extension Keeper {
    /// Refuses to put a backup where a vault was moved away from: there would be two, which spend the same refresh tokens.
    ///
    /// - Throws: ``VaultError/Code/moved``.
    static func refuseMoved(_ claim: StoreClaim, _ text: IdentityText, _ pin: Pin?) async throws {
        guard AtomicFile.exists(claim.path), let store = try? SQLiteStore.open(claim.path, under: claim) else { return }
        let now: @Sendable () -> Date = { Date() }
        do { _ = try await Vault.unlock(store, with: text, trusting: pin, now: now) } catch {
            guard let failure = error as? VaultError, failure.code == .moved else { return }
            throw VaultError(
                .moved, "\(failure.message): a backup in its old place would be a second one",
                hint: "if it is lost where it is now, for good, give this file another name first")
        }
    }
}
