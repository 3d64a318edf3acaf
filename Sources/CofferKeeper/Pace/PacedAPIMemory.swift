// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Synchronization

/// Whose limits a connection's API has, as this process has read it.
final class PacedAPIMemory: Sendable {
    /// What was read, and of which state of the vault, where something tells of changes.
    private struct Known {
        let api: PacedAPI?
        let mark: StoreMark?
    }

    /// How many paths: 1,024, more than one process calls in the time between two changes of a vault.
    static let capacity = 1024

    private let known = Mutex<[CredentialPath: Known]>([:])

    /// How many paths are remembered.
    var count: Int { known.withLock { $0.count } }

    /// What was read and still holds, since nothing in the vault has changed; nil where it must be read.
    func recall(_ path: CredentialPath, in vault: Vault) -> PacedAPI?? {
        known.withLock { known in
            guard let one = known[path], let mark = one.mark, vault.isUnchanged(since: mark) else { return nil }
            return .some(one.api)
        }
    }

    /// What was read last, whatever has changed since.
    func lastKnown(_ path: CredentialPath) -> PacedAPI? { known.withLock { $0[path]?.api } }

    func remember(_ api: PacedAPI?, of path: CredentialPath, at mark: StoreMark?) {
        known.withLock { known in
            // Whichever goes is read again.
            if known.count >= Self.capacity, known[path] == nil { known.remove(at: known.startIndex) }
            known[path] = Known(api: api, mark: mark)
        }
    }
}
