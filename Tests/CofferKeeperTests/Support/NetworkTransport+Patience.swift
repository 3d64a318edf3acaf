// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth

extension NetworkTransport {
    /// One that waits for a connection for as long as for an answer: a machine may stand still in the middle of a handshake.
    static func patient(resolver: HostResolver = .system) -> NetworkTransport {
        NetworkTransport(
            userAgent: "coffer/test", resolver: resolver, limits: NetworkTransport.Limits(connect: .seconds(60)))
    }
}
