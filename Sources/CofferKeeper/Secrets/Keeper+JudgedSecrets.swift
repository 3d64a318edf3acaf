// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferVault

extension Keeper {
    /// What becomes of a static secret that was looked at.
    package enum SecretChange: Sendable {
        /// It stays.
        case keep
        /// Another value takes its place.
        case put(Secret)
        /// It goes.
        case remove
    }

    /// Looks at a static secret, and changes the version that was looked at, never another.
    ///
    /// Whoever changes it in between has it looked at anew, so that nothing is replaced or removed that nobody has judged.
    ///
    /// - Parameters:
    ///   - path: Where.
    ///   - judge: Says what becomes of the value, nil where there is nothing; it is called again after each change of others.
    /// - Returns: what `judge` returned beside its last decision.
    /// - Throws: ``KeeperError`` `wrong_kind` if something else is there, `rotating` while it is on hold; as
    ///   ``put(_:_:isTraced:)`` and ``remove(_:)``; what `judge` throws.
    package func change<Outcome: Sendable>(
        _ path: CredentialPath, _ judge: (Secret?) async throws -> (change: SecretChange, outcome: Outcome)
    ) async throws -> Outcome {
        try await amongOthers(path) {
            let mark = vault.mark()
            let entry = try await vault.inspect(path)
            if let entry, entry.kind != .secret {
                throw KeeperError(.wrongKind, "\(path) is \(entry.kind.phrase), and no secret", path: path)
            }
            var value: Secret?
            // Recorded as every hand-out is: whoever judges it could show it.
            if let entry { value = try await handedOut(entry, mark).value }
            let (change, outcome) = try await judge(value)
            switch change {
            case .keep: break
            case .put(let new): try await commit(try newSecret(path, new), over: entry)
            case .remove: if let entry { try await removeSecret(entry) }
            }
            return outcome
        }
    }
}
