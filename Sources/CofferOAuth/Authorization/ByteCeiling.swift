// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Ends a connection that has sent more bytes than one request may have.
final class ByteCeiling: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var left: Int

    /// A ceiling over everything that the connection sends.
    init(byteCount: Int) {
        left = byteCount
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= unwrapInboundIn(data).readableBytes
        if left < 0 { return context.close(promise: nil) }
        context.fireChannelRead(data)
    }
}
