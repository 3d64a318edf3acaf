// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The body of a request to revoke a ticket: `{"name":"deploy"}`.
struct RevokeRequest: Equatable {
    /// The ticket's name.
    let name: String

    /// Reads a body.
    ///
    /// - Throws: ``RequestFault`` `bad_request`; what the body holds is not in it.
    init(reading body: Secret) throws(RequestFault) {
        let reading = JSONReader.read(body)
        guard reading.isWhole, let value = reading.value, let name = try TicketRequest.name(value["name"]) else {
            throw .malformed("the body is a JSON object with name")
        }
        self.name = name
    }
}
