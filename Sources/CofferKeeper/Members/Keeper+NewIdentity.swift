// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

extension Keeper {
    /// Makes an identity without a pin, in a file that only its owner may read.
    ///
    /// - Parameter source: Where it goes; a file.
    /// - Returns: its public part.
    /// - Throws: ``KeeperError/Code/usage`` if it would not go to a file, ``VaultError/Code/exists`` if one is there:
    ///   nothing that is there is ever replaced.
    package static func newIdentity(_ source: IdentitySource) throws -> NewIdentity {
        guard case .file(let path) = source else {
            throw KeeperError(
                .usage, "a new identity is written to a file; unset COFFER_IDENTITY and the like, or name a file")
        }
        // Asked for again when it is written; here only for a better sentence.
        guard !AtomicFile.exists(path) else { throw taken(path) }
        let identity: Identity
        do { identity = try Identity.generate() } catch {
            throw VaultError(.unreadable, "no identity could be made")
        }
        try AtomicFile.makeFolder(FilePathText.folder(of: path))
        do {
            try IdentityText(identity: identity, pin: nil).write(to: path, replacing: false)
        } catch  where error.code == .exists {
            throw taken(path)
        }
        return try NewIdentity(identity, path: path)
    }

    private static func taken(_ path: String) -> VaultError {
        VaultError(.exists, "there is an identity at \(path) already; name another file with --identity-file")
    }
}
