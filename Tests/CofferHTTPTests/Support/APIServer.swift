// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An API on loopback, over TLS unless told, that answers as a test says, and remembers what it was asked.
final class APIServer: Sendable {
    /// What came.
    struct Request: Sendable {
        let method: HTTPMethod
        let uri: String
        let headers: HTTPHeaders
        let body: String

        var token: String? { headers.first(name: "Authorization").map { String($0.dropFirst("Bearer ".count)) } }
    }

    /// What goes back.
    struct Reply: Sendable {
        var status: Int
        var headers: [(String, String)] = []
        var body = "{}"
        /// Whether the body is never finished.
        var hangs = false

        static func status(_ status: Int, _ headers: [(String, String)] = [], body: String = "{}") -> Reply {
            Reply(status: status, headers: headers, body: body)
        }
    }

    /// What is answered to each request, by its number from 1.
    struct Script: Sendable {
        let reply: @Sendable (Request, Int) -> Reply

        init(_ reply: @escaping @Sendable (Request, Int) -> Reply) { self.reply = reply }

        static let good = always(.status(200))
        static func always(_ reply: Reply) -> Script { Script { _, _ in reply } }
    }

    private let log = Mutex<[Request]>([])
    private let script: Script

    private init(_ script: Script) { self.script = script }

    /// Everything that came, in its order.
    var requests: [Request] { log.withLock { $0 } }

    /// Runs a server for as long as a body runs, which is given its port.
    static func with<R>(
        _ script: Script, at address: String = "127.0.0.1", port: Int = 0, isPlain: Bool = false,
        _ body: (APIServer, Int) async throws -> R
    ) async throws -> R {
        let server = APIServer(script)
        let context = isPlain ? nil : try ServerCertificates.serverContext()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(Handler(server))
                }
            }
            .bind(host: address, port: port).get()
        do {
            let result = try await body(server, channel.localAddress?.port ?? 0)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
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

        private let server: APIServer
        private var head: HTTPRequestHead?
        private var body = ""

        init(_ server: APIServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ""
            case .body(let bytes): body += String(buffer: bytes)
            case .end: answer(context)
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            guard let head else { return }
            let reply = server.reply(
                to: Request(method: head.method, uri: head.uri, headers: head.headers, body: body))
            var headers = HTTPHeaders(reply.headers)
            if !headers.contains(name: "Content-Type") { headers.add(name: "Content-Type", value: "application/json") }
            if !reply.hangs { headers.add(name: "Content-Length", value: "\(reply.body.utf8.count)") }
            context.write(
                wrapOutboundOut(
                    .head(
                        HTTPResponseHead(version: .http1_1, status: .init(statusCode: reply.status), headers: headers))),
                promise: nil)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: reply.body)))), promise: nil)
            if !reply.hangs { context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
