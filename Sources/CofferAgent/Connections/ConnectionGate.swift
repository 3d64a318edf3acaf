// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Stands before a connection: lets in processes of this very user while there is room, and nobody else.
///
/// The folder's mode keeps others out already; this is for the day on which somebody opens it. Root is another user: what it
/// wants of this one's credentials it can get as this one. Who is refused gets no answer, so that no byte of his is parsed.
final class ConnectionGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    /// What the system says of the process at the other end, as of when it connected.
    private struct Peer: Sendable {
        #if canImport(Darwin)
        /// `struct xucred` as far as it is needed (unix(4)).
        var version: UInt32
        var user: UInt32
        #else
        /// `struct ucred` (unix(7)).
        var process: Int32
        var user: UInt32
        var group: UInt32
        #endif
    }

    private let connections: AgentConnections
    private let refused: @Sendable (_ user: UInt32?) -> Void
    private var isOpen = false

    /// Stands before one connection; `refused` hears of other users.
    init(_ connections: AgentConnections, refused: @escaping @Sendable (_ user: UInt32?) -> Void) {
        self.connections = connections
        self.refused = refused
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        guard let socket = channel as? any SocketOptionProvider else { return turnAway(channel, nil) }
        #if canImport(Darwin)
        let peer: EventLoopFuture<Peer> = socket.unsafeGetSocketOption(
            level: .init(rawValue: SOL_LOCAL), name: .init(rawValue: LOCAL_PEERCRED))
        #else
        let peer: EventLoopFuture<Peer> = socket.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED))
        #endif
        let gate = NIOLoopBound(self, eventLoop: context.eventLoop)
        peer.whenComplete { result in
            let user = (try? result.get())?.user
            let gate = gate.value
            guard user == geteuid() else { return gate.turnAway(channel, user) }
            gate.isOpen = gate.connections.opened(channel)
            if !gate.isOpen { Self.close(channel) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.closed(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isOpen { context.fireChannelRead(data) }
    }

    private func turnAway(_ channel: any Channel, _ user: UInt32?) {
        refused(user)
        Self.close(channel)
    }

    /// Closes it a moment later: a connection that is not registered yet can't be closed.
    private static func close(_ channel: any Channel) {
        channel.eventLoop.execute { channel.close(promise: nil) }
    }
}
