// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Answers the one request of a connection to the loopback listener.
final class LoopbackHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let inbox: LoopbackInbox
    private var head: HTTPRequestHead?

    /// A handler that asks the inbox.
    init(_ inbox: LoopbackInbox) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
        case .body:
            break
        case .end:
            guard let head else { return context.close(promise: nil) }
            self.head = nil
            answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
    }

    /// The waiter hears of it once the page has been written, so that ending the process cuts no page off.
    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let verdict = inbox.judge(
            method: head.method.rawValue, target: head.uri, host: head.headers.first(name: "host"))
        let page = verdict.page
        let response = HTTPResponseHead(version: .http1_1, status: page.status, headers: page.headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: page.html)))), promise: nil)
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        let inbox = inbox
        let channel = context.channel
        written.whenComplete { _ in
            if let result = verdict.result { inbox.finish(result) }
            channel.close(promise: nil)
        }
    }
}
