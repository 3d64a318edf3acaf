// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferOAuth

/// The network of one command, to be closed when the command ends.
struct CommandNetwork: Sendable {
    /// What sends requests.
    let transport: any HTTPTransport

    /// Closes connections.
    let shutdown: @Sendable () async -> Void

    /// The real one.
    static func system() -> CommandNetwork {
        let transport = NetworkTransport(userAgent: CofferVersion.userAgent)
        return CommandNetwork(transport: transport, shutdown: { await transport.shutdown() })
    }
}
