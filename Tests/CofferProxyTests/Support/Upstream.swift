// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An account's API on loopback that answers as a test says, and remembers what it was asked.
final class Upstream: Sendable {
    /// What came.
    struct Request: Sendable {
        let method: HTTPMethod
        let uri: String
        let headers: HTTPHeaders
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What goes back.
    struct Reply: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body = "{}"
    }

    /// What is answered to each request, by its number from 1.
    struct Script: Sendable {
        let reply: @Sendable (Request, Int) -> Reply

        init(_ reply: @escaping @Sendable (Request, Int) -> Reply) { self.reply = reply }

        static func always(_ reply: Reply) -> Script { Script { _, _ in reply } }
    }

    private let log = Mutex<[Request]>([])
    private let script: Script

    private init(_ script: Script) { self.script = script }

    /// Everything that came, in its order.
    var requests: [Request] { log.withLock { $0 } }

    /// Runs one for as long as a body runs, which is given its port.
    static func with(_ script: Script, _ body: (Upstream, Int) async throws -> Void) async throws {
        let upstream = Upstream(script)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(Handler(upstream))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do { try await body(upstream, channel.localAddress?.port ?? 0) } catch {
            try? await channel.close()
            throw error
        }
        try await channel.close()
    }

    private func reply(to request: Request) -> Reply {
        let number = log.withLock { log in
            log.append(request)
            return log.count
        }
        return script.reply(request, number)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let upstream: Upstream
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(_ upstream: Upstream) { self.upstream = upstream }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = []
            case .body(let bytes): body += bytes.readableBytesView
            case .end: answer(context)
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            guard let head else { return }
            let reply = upstream.reply(
                to: Request(method: head.method, uri: head.uri, headers: head.headers, body: body))
            var headers = HTTPHeaders(reply.headers)
            headers.add(name: "Content-Length", value: "\(reply.body.utf8.count)")
            let status = HTTPResponseStatus(statusCode: reply.status)
            context.write(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
                promise: nil)
            if head.method != .HEAD {
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: reply.body)))), promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
