// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Something on a Unix socket, in a private folder of its own, that answers with whatever bytes a test says.
final class UnixServer: Sendable {
    /// What becomes of a request.
    enum Reply: Sendable {
        /// These bytes; the connection stays open.
        case bytes(String)
        /// These bytes, and then the end.
        case last(String)
        /// These bytes, and those that the test tells later.
        case stream(String)
        /// Nothing at all.
        case silence

        /// The beginning of events.
        static let events = Reply.stream(
            "HTTP/1.1 200 Made-Up\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n:\n\n")

        /// A whole answer.
        static func json(_ status: Int, _ body: String) -> Reply {
            .bytes(
                "HTTP/1.1 \(status) Made-Up\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }

        /// A failure as the agent tells it.
        static func failure(_ status: Int, _ code: String, more: String = "") -> Reply {
            json(status, #"{"error":{"code":"\#(code)","message":"a made-up reason"\#(more)}}"#)
        }
    }

    /// What is answered to each request, by its number from 1.
    struct Script: Sendable {
        /// What whoever wants to listen is answered; that is no request with a number, as it comes at its own time.
        let events: Reply
        let reply: @Sendable (String, Int) -> Reply

        init(
            events: Reply = .failure(404, "no_such_endpoint"), _ reply: @escaping @Sendable (String, Int) -> Reply
        ) {
            self.events = events
            self.reply = reply
        }

        static func always(_ reply: Reply) -> Script { Script { _, _ in reply } }
    }

    /// The folder, 0700.
    let folder: String
    private let log = Mutex<[String]>([])
    private let listeners = Mutex<(all: Int, channels: [any Channel])>((0, []))
    private let script: Script

    private init(_ folder: String, _ script: Script) {
        self.folder = folder
        self.script = script
    }

    /// The socket.
    var path: String { "\(folder)/agent.sock" }
    /// Everything that came, in its order.
    var requests: [String] { log.withLock { $0 } }
    /// The first line of each, decoded.
    var lines: [String] {
        requests.map { ($0.components(separatedBy: "\r\n").first ?? "").removingPercentEncoding ?? "" }
    }

    /// Runs a server for as long as a body runs, in a folder below that for temporary files unless another is named.
    static func with<R>(
        _ script: Script, below place: String = NSTemporaryDirectory(), _ body: (UnixServer) async throws -> R
    ) async throws -> R {
        let folder = (place.hasSuffix("/") ? place : place + "/") + "coffer-agent-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = UnixServer(folder, script)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(server))
                }
            }
            .bind(unixDomainSocketPath: server.path).get()
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// Waits until so many have listened, from the beginning.
    func waitForListeners(_ count: Int) async {
        while listeners.withLock({ $0.all }) < count { await Task.yield() }
    }

    /// Tells everybody who listens.
    func tell(_ text: String) {
        for channel in listeners.withLock({ $0.channels }) {
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        }
    }

    /// Tells them that something has happened at a path.
    func tell(_ event: String, about path: String) {
        tell("event: \(event)\ndata: {\"format_version\":1,\"path\":\"\(path)\"}\n\n")
    }

    /// Ends what they listen to.
    func hangUp() {
        let channels = listeners.withLock { listeners -> [any Channel] in
            defer { listeners.channels = [] }
            return listeners.channels
        }
        for channel in channels { channel.close(promise: nil) }
    }

    private func keep(_ channel: any Channel) {
        listeners.withLock { listeners in
            listeners.all += 1
            listeners.channels.append(channel)
        }
    }

    private func reply(to request: String) -> Reply {
        if request.hasPrefix("GET /v1/events") { return script.events }
        let number = log.withLock { log in
            log.append(request)
            return log.count
        }
        return script.reply(request, number)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: UnixServer
        private var received = ""

        init(_ server: UnixServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard Self.isWhole(received) else { return }
            let request = received
            received = ""
            switch server.reply(to: request) {
            case .bytes(let text): write(text, context)
            case .last(let text):
                write(text, context)
                context.close(promise: nil)
            case .stream(let text):
                write(text, context)
                server.keep(context.channel)
            case .silence: return
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }

        private static func isWhole(_ text: String) -> Bool {
            let parts = text.components(separatedBy: "\r\n\r\n")
            guard parts.count > 1 else { return false }
            let field = parts[0].lowercased().components(separatedBy: "\r\n").first { $0.hasPrefix("content-length:") }
            let length = field.flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) } ?? 0
            return parts[1].utf8.count >= length
        }
    }
}
