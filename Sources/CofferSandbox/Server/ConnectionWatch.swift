// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Tells ``OpenConnections`` about one connection, and closes it when the client has closed its side: no client of an
/// HTTP/1.1 server half-closes and still waits, and a held-back answer must end when the client gives up.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    private let connections: OpenConnections

    init(_ connections: OpenConnections) {
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.opened(context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.closed(context.channel)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            if connections.isHeld(context.channel) {
                // Nobody will read the rest of the answer; TLS would wait 5 s for it to drain.
                OpenConnections.cut(context.channel, resetting: true)
            } else {
                context.close(promise: nil)
            }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
