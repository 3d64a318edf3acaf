// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault

extension Keeper {
    /// The value of a secret's entry, to be handed out.
    ///
    /// - Throws: ``KeeperError`` `rotating` while it is on hold.
    func handedOutValue(of entry: Entry) throws -> Secret {
        let record = try StaticSecret(entry)
        guard !record.isHeld else {
            throw KeeperError(
                .rotating, "\(entry.path) is on hold until its rotation has put another value in force",
                path: entry.path)
        }
        if record.taintStrength == .serve {
            effects.log.notice("\(entry.path) is tainted: it leaked, and its rotation is open")
        }
        return record.value
    }
}
