// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A TCP server on loopback that behaves as badly as it is told, without any HTTP of its own.
struct LoopbackServer {
    enum Behaviour: Sendable {
        /// Writes bytes when something of a request arrived, then closes.
        case answer(String)
        /// Writes bytes that are no text, as ``answer(_:)`` does.
        case answerBytes([UInt8])
        /// Closes without a word as soon as a connection is accepted.
        case closeAtOnce
        /// Closes when something of a request arrived.
        case closeOnRequest
        /// Never says anything.
        case silence
        /// Writes more than anybody takes when something of a request arrived, and reads no more.
        case deafness
        /// Writes a head, and then without an end.
        case neverEnding
    }

    let port: Int
    /// How many bytes of requests arrived.
    let received: Received

    final class Received: Sendable {
        private let text = Mutex("")
        var all: String { text.withLock(\.self) }
        func append(_ buffer: ByteBuffer) { text.withLock { $0 += String(buffer: buffer) } }
    }

    /// Runs a server for as long as a body runs.
    static func with<R>(
        _ behaviour: Behaviour, tls: NIOSSLContext? = nil, _ body: (LoopbackServer) async throws -> R
    ) async throws -> R {
        let received = Received()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Handler(behaviour, received))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let result = try await body(LoopbackServer(port: channel.localAddress?.port ?? 0, received: received))
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// Runs a body with a port on which nobody listens, and nobody else will meanwhile: it is a client's own.
    static func withUnheardPort(_ body: (Int) async throws -> Void) async throws {
        try await with(.silence) { server in
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: server.port)
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(to: address).get()
            do {
                try await body(channel.localAddress?.port ?? 0)
                try await channel.close()
            } catch {
                try? await channel.close()
                throw error
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let behaviour: Behaviour
        private let received: Received
        private var hasAnswered = false

        init(_ behaviour: Behaviour, _ received: Received) {
            self.behaviour = behaviour
            self.received = received
        }

        func channelActive(context: ChannelHandlerContext) {
            if case .closeAtOnce = behaviour { context.close(promise: nil) }
            context.fireChannelActive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.append(unwrapInboundIn(data))
            guard !hasAnswered else { return }
            hasAnswered = true
            switch behaviour {
            case .answer(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                context.close(promise: nil)
            case .answerBytes(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                context.close(promise: nil)
            case .closeAtOnce, .silence: break
            case .deafness:
                _ = context.channel.setOption(.autoRead, value: false)
                let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
                context.write(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(repeating: 0x20, count: 64 << 20)), promise: nil)
            case .closeOnRequest: context.close(promise: nil)
            case .neverEnding:
                let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
