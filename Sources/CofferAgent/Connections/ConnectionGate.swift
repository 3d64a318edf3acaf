// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import NIOCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Stands before a connection: lets in processes of this very user while there is room, and nobody else; where tickets say who asks,
/// processes of any user.
///
/// The folder's mode keeps others out already; this is for the day on which somebody opens it. Root is another user: what it
/// wants of this one's credentials it can get as this one. Who is refused gets no answer, so that no byte of his is parsed.
package final class ConnectionGate: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = Never

    private let connections: AgentConnections
    private let asksWho: Bool
    private let refused: @Sendable (_ user: UInt32?) -> Void
    private var isOpen = false

    /// Stands before one connection.
    ///
    /// - Parameters:
    ///   - connections: Who is connected, and how many there may be.
    ///   - asksWho: Whether the system says whose process connects, as it does of Unix sockets only.
    ///   - refused: Hears of other users.
    package init(
        _ connections: AgentConnections, asksWho: Bool = true,
        refused: @escaping @Sendable (_ user: UInt32?) -> Void
    ) {
        self.connections = connections
        self.asksWho = asksWho
        self.refused = refused
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        // Nearest to the socket, where there are bytes alone.
        try? context.pipeline.syncOperations.addHandler(LastBytes(), position: .first)
        guard asksWho else { return admit(channel) }
        guard let socket = channel as? any SocketOptionProvider else { return turnAway(channel, nil) }
        #if canImport(Darwin)
        let peer: EventLoopFuture<SocketPeer> = socket.unsafeGetSocketOption(
            level: .init(rawValue: SOL_LOCAL), name: .init(rawValue: LOCAL_PEERCRED))
        #else
        let peer: EventLoopFuture<SocketPeer> = socket.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED))
        #endif
        let gate = NIOLoopBound(self, eventLoop: context.eventLoop)
        peer.whenComplete { result in
            let user = (try? result.get())?.user
            let gate = gate.value
            guard user == geteuid() else { return gate.turnAway(channel, user) }
            gate.admit(channel)
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        connections.closed(context.channel)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isOpen { context.fireChannelRead(data) }
    }

    private func admit(_ channel: any Channel) {
        // Where the system does not say who it is, his requests have to.
        isOpen = connections.opened(channel, isProven: asksWho)
        if !isOpen { Self.close(channel) }
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
