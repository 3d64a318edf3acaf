// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import Synchronization

/// A connection that was accepted and that nobody serves yet: nothing is read from it.
///
/// A listening channel that is closed drops what it has accepted and nobody has taken, and NIO ends the whole process where an
/// `NIOAsyncChannel` is dropped. So none is made before somebody serves it; this is closed where it is dropped.
package final class AcceptedConnection: Sendable {
    package let channel: any Channel
    private let isServed = Atomic(false)

    private init(_ channel: any Channel) { self.channel = channel }

    deinit {
        if !isServed.load(ordering: .relaxed) { channel.close(promise: nil) }
    }

    /// Has a connection wait for whoever serves it; what the listening channel's `childChannelInitializer` is.
    package static func accept(_ channel: any Channel) -> EventLoopFuture<AcceptedConnection> {
        channel.eventLoop.makeCompletedFuture {
            try channel.syncOptions?.setOption(.autoRead, value: false)
            try channel.pipeline.syncOperations.addHandler(Unserved(), name: Unserved.name)
            return AcceptedConnection(channel)
        }
    }

    /// Begins to serve it.
    ///
    /// - Parameter prepare: adds what reads it.
    /// - Returns: what `prepare` gave, which has to be used.
    /// - Throws: `ChannelError` where the client has gone already.
    package func serve<Value: Sendable>(
        _ prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Value>
    ) async throws -> Value {
        let channel = channel
        let value = try await channel.eventLoop.flatSubmit {
            prepare(channel).map { value in
                // Where these fail the client has gone, which is its reader's to see.
                channel.pipeline.syncOperations.removeHandler(name: Unserved.name).whenComplete { _ in }
                channel.setOption(.autoRead, value: true).whenComplete { _ in }
                return value
            }
        }.get()
        isServed.store(true, ordering: .relaxed)
        return value
    }
}

/// Stands in for whoever will read a connection.
///
/// It closes one that is told to end before, and keeps what comes with the client's end: NIO reads that unasked.
private final class Unserved: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    static let name = "coffer.unserved"

    private var received: [NIOAny] = []
    private var isInputClosed = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { received.append(data) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: context.close(promise: nil)
        case ChannelEvent.inputClosed: isInputClosed = true
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func removeHandler(context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken) {
        for data in received { context.fireChannelRead(data) }
        if !received.isEmpty { context.fireChannelReadComplete() }
        if isInputClosed { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        context.leavePipeline(removalToken: removalToken)
    }
}
