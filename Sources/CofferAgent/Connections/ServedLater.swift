// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
import Logging
import NIOCore

/// Hummingbird's way of serving a connection, begun when there is somebody who does (``AcceptedConnection``).
struct ServedLater<Served: ServerChildChannel>: ServerChildChannel {
    private let served: Served

    init(_ served: Served) { self.served = served }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<AcceptedConnection> {
        AcceptedConnection.accept(channel)
    }

    func handle(value: AcceptedConnection, logger: Logger) async {
        let served = served
        // Where it fails the client has gone.
        guard let channel = try? await value.serve({ served.setup(channel: $0, logger: logger) }) else { return }
        await served.handle(value: channel, logger: logger)
    }
}

extension AcceptedConnection: ServerChildChannelValue {}
