// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

/// The body of a report that a server refused a token.
struct RejectedToken {
    /// The token as it was handed out.
    let credential: Credential

    /// Reads a body.
    ///
    /// - Throws: ``RequestFault`` `bad_request`; what the body holds is not in it.
    init(reading body: Secret) throws(RequestFault) {
        do { credential = try RejectionReport(reading: body).credential } catch {
            throw .malformed(error.message)
        }
    }
}
