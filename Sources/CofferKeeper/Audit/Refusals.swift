// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// What this process refused and has recorded: each thing once, however often it is asked for, so that whoever asks without
/// end does not fill the record.
final class Refusals: Sendable {
    private struct Refusal: Hashable {
        let path: CredentialPath
        let code: KeeperError.Code
        /// What of it was asked for.
        let details: [String: String]
        /// Who asked; of two tickets of one name each is told of.
        let ticket: TicketID?
    }

    private let told = Mutex<Set<Refusal>>([])

    /// Whether this is the first of its kind since something was handed out there.
    func isFirst(_ code: KeeperError.Code, at path: CredentialPath, _ details: [String: String]) -> Bool {
        let refusal = Refusal(path: path, code: code, details: details, ticket: Asker.ticket)
        return told.withLock { $0.insert(refusal).inserted }
    }

    /// Forgets those of a path: what comes next is another one.
    func forget(_ path: CredentialPath) {
        told.withLock { told in
            if !told.isEmpty { told = told.filter { $0.path != path } }
        }
    }
}
