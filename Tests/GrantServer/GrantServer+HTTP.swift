// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix

extension GrantServer {
    /// Serves on loopback, by plain HTTP, for as long as a body runs.
    public static func serving<Result>(_ body: (GrantServer) async throws -> Result) async throws -> Result {
        let holder = Holder()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(holder))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = GrantServer(issuer: "http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
        holder.set(server)
        do {
            let result = try await body(server)
            server.release()
            try await channel.close()
            return result
        } catch {
            server.release()
            try? await channel.close()
            throw error
        }
    }

    /// A browser's visit: asks for an address, and where it is sent back to loopback, goes there.
    public func visit(_ url: String) -> Reply {
        let target = url.hasPrefix(issuer) ? String(url.dropFirst(issuer.count)) : url
        return answer(Request(target: target, body: "", authorization: ""))
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let holder: Holder
        private var head: HTTPRequestHead?
        private var body = ""

        init(_ holder: Holder) { self.holder = holder }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, body) = (head, "")
            case .body(let bytes): body += String(buffer: bytes)
            case .end:
                guard let head, let server = holder.server else { return context.close(promise: nil) }
                let reply = server.answer(
                    Request(
                        target: head.uri, body: body, authorization: head.headers.first(name: "Authorization") ?? ""))
                guard !reply.isLost else { return context.close(promise: nil) }
                let turn = context.eventLoop.makePromise(of: Void.self)
                turn.futureResult.assumeIsolated().whenSuccess { self.write(reply, context) }
                server.whenReleased { turn.succeed(()) }
            }
        }

        private func write(_ reply: Reply, _ context: ChannelHandlerContext) {
            var headers: HTTPHeaders = [
                "Content-Type": "application/json", "Content-Length": "\(reply.body.utf8.count)",
            ]
            if let location = reply.location { headers.add(name: "Location", value: location) }
            let status = HTTPResponseStatus(statusCode: reply.status)
            context.write(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
                promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: reply.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
