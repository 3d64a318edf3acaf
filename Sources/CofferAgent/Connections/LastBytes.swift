// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Lets a connection that is closed take what was written to it first.
///
/// A channel that is closed drops what the other side has not taken yet: at the end of an agent, the end of a long answer. So the first close waits
/// until that is gone, for ``patience`` at most; another one does not wait.
final class LastBytes: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long somebody who takes nothing is waited for.
    static let patience = TimeAmount.seconds(5)

    private var isClosing = false

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, !isClosing, context.channel.isActive else {
            return context.close(mode: mode, promise: promise)
        }
        isClosing = true
        let bound = NIOLoopBound((context, promise), eventLoop: context.eventLoop)
        let limit = context.eventLoop.scheduleTask(in: Self.patience) { bound.value.0.close(promise: nil) }
        // Writes end in their order: once this one has, nothing is left of those before it.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            limit.cancel()
            let (context, promise) = bound.value
            context.close(mode: .all, promise: promise)
        }
    }
}
