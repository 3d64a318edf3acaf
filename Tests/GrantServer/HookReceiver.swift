// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A receiver of webhooks on loopback, over plain HTTP, that answers as a test tells it.
public final class HookReceiver: Sendable {
    /// One request.
    public struct Arrival: Sendable, Equatable {
        /// The path and query.
        public let target: String
        /// The header fields by their names in lower case.
        public let headers: [String: String]
        /// The body as it came.
        public let body: [UInt8]
    }

    private struct State {
        var arrivals: [Arrival] = []
        var statuses: [Int] = []
        /// Those of each notice, in the order in which they came first.
        var script: [[Int]] = []
        var tries: [String: (notice: Int, count: Int)] = [:]
        var isHolding = false
        var held: [EventLoopPromise<Int>] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let bound = Mutex(0)

    /// Its address.
    public var url: String { "http://127.0.0.1:\(bound.withLock { $0 })/hook" }

    /// What has come so far.
    public var arrivals: [Arrival] { state.withLock { $0.arrivals } }

    /// Serves for as long as a body runs.
    public static func serving<Result>(_ body: (HookReceiver) async throws -> Result) async throws -> Result {
        let receiver = HookReceiver()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(receiver))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        receiver.bound.withLock { $0 = channel.localAddress?.port ?? 0 }
        do {
            let result = try await body(receiver)
            receiver.release()
            try await channel.close()
            return result
        } catch {
            receiver.release()
            try? await channel.close()
            throw error
        }
    }

    /// Answers the next requests with these statuses, and those after with 204.
    public func answer(_ statuses: Int...) { state.withLock { $0.statuses = statuses } }

    /// Answers each of the next notices, told apart by their ids, with statuses of its own, of which the last stays.
    ///
    /// So one that is told again, since its answer was not heard in time, takes none that is meant for another.
    public func answer(each script: [[Int]]) {
        state.withLock { state in
            state.script = script
            state.tries = [:]
        }
    }

    /// Answers nobody until told otherwise.
    public func hold() { state.withLock { $0.isHolding = true } }

    /// Answers those who wait, and all after.
    public func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for promise in held { promise.succeed(204) }
    }

    /// Waits until so many requests have come.
    public func waitForArrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.arrivals.count < count else { return true }
                state.waiting.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func take(_ arrival: Arrival, on loop: any EventLoop) -> EventLoopFuture<Int> {
        let promise = loop.makePromise(of: Int.self)
        let (status, heard) = state.withLock { state in
            state.arrivals.append(arrival)
            let heard = state.waiting.filter { $0.count <= state.arrivals.count }.map(\.continuation)
            state.waiting.removeAll { $0.count <= state.arrivals.count }
            guard !state.isHolding else {
                state.held.append(promise)
                return (Int?.none, heard)
            }
            if let scripted = Self.scripted(arrival, &state) { return (scripted, heard) }
            return (state.statuses.isEmpty ? 204 : state.statuses.removeFirst(), heard)
        }
        for continuation in heard { continuation.resume() }
        if let status { promise.succeed(status) }
        return promise.futureResult
    }

    /// What a notice is answered at this try; nil if the script says nothing of it.
    private static func scripted(_ arrival: Arrival, _ state: inout State) -> Int? {
        let id = arrival.headers["webhook-id"] ?? ""
        let (notice, count) = state.tries[id] ?? (state.tries.count, 0)
        state.tries[id] = (notice, count + 1)
        guard state.script.indices.contains(notice) else { return nil }
        return state.script[notice].dropFirst(count).first ?? state.script[notice].last
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let receiver: HookReceiver
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(_ receiver: HookReceiver) { self.receiver = receiver }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, body) = (head, [])
            case .body(let bytes): body += Array(bytes.readableBytesView)
            case .end:
                guard let head else { return context.close(promise: nil) }
                let fields = head.headers.map { ($0.name.lowercased(), $0.value) }
                let arrival = Arrival(
                    target: head.uri, headers: Dictionary(fields) { first, _ in first }, body: body)
                receiver.take(arrival, on: context.eventLoop).assumeIsolated().whenSuccess { status in
                    self.write(status, context)
                }
            }
        }

        private func write(_ status: Int, _ context: ChannelHandlerContext) {
            var headers: HTTPHeaders = ["Content-Length": "0"]
            if (300..<400).contains(status) { headers.add(name: "Location", value: "/elsewhere") }
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
