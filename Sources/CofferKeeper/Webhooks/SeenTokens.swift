// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Foundation
import Synchronization

/// The one-time tokens of webhooks that came to this process, by their ids, until they end.
///
/// Only proven ones get in, so nobody can fill it but those who have the key.
final class SeenTokens: Sendable {
    /// The most that are kept: at 65,536 in half an hour, the life of amoCRM's, there are 36 a second.
    private static let capacity = 1 << 16

    private let ends = Mutex<[String: Date]>([:])

    /// Notes a token.
    ///
    /// - Throws: ``WebhookError`` `replayed_proof`, also where there is no room, since that is not known then.
    func note(_ id: String, of account: String?, until end: Date, now: Date) throws(WebhookError) {
        let key = "\(account ?? "")|\(id)"
        let isNew = ends.withLock { ends in
            if ends.count >= Self.capacity { ends = ends.filter { $0.value > now } }
            guard ends[key] == nil, ends.count < Self.capacity else { return false }
            ends[key] = end
            return true
        }
        guard isNew else {
            throw WebhookError(.replayed, "The token came before, or so many came that this can't be told.")
        }
    }
}
