// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

/// The body of a request to unlock: nothing, or a JSON object.
struct UnlockRequest {
    /// The passphrase that the identity is kept under.
    let passphrase: Secret?

    /// Reads a body.
    ///
    /// - Throws: ``RequestFault`` `bad_request`; what the body holds is not in it.
    init(reading body: Secret) throws(RequestFault) {
        do { passphrase = try PassphraseMessage(reading: body).passphrase } catch {
            throw .malformed(error.message)
        }
    }
}
