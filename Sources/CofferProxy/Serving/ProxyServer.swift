// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgent
import CofferCredentials
import CofferHTTP
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The network side: HTTP/1.1 at a Unix socket or at a port of this machine.
struct ProxyServer: Service {
    /// How many clients are connected at most: 64.
    ///
    /// An API's limit is a handful of requests a second, and each may hold a body in memory.
    static let capacity = 64

    /// How long a connection may be idle, and how long a request: 90 s and 10 min.
    ///
    /// The first is longer than an answer may pause (``ProxyAccount/timeout``). In the second six sendings of a minute each, two
    /// minutes of waiting for room, and a token request find room.
    static var bounds: ConnectionLedger<ObjectIdentifier>.Bounds {
        var bounds = ConnectionLedger<ObjectIdentifier>.Bounds()
        bounds.capacity = capacity
        bounds.idle = .seconds(90)
        bounds.request = .seconds(600)
        return bounds
    }

    /// How many who connect at once wait to be let in.
    private static let backlog: Int32 = 256

    private typealias Listening = NIOAsyncChannel<AcceptedConnection, Never>

    let door: ProxyDoor
    let path: CredentialPath
    let client: APIClient
    let connections: AgentConnections
    let waiting: WaitingConnections
    let refused: @Sendable (_ user: UInt32?) -> Void
    /// What is to be done once the place is ours.
    let whenListening: @Sendable () throws -> Void
    /// Hears where it serves.
    let ready: @Sendable (String) -> Void

    /// Serves until a graceful shutdown begins and what came before it is answered, or until the task is cancelled.
    ///
    /// - Throws: ``ProxyError`` `cannot_listen`; what ``whenListening`` throws.
    func run() async throws {
        let listening: Listening
        do { listening = try await listen() } catch {
            throw ProxyError(.cannotListen, "\(place) can't be listened at")
        }
        await AcceptGuard.add(to: listening.channel)
        let (rules, address) = opened(listening.channel)
        let (door, waiting, connections) = (door, waiting, connections)
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await serve(listening, rules, at: address)
            } onGracefulShutdown: {
                if case .socket(let socket) = door { socket.remove() }
                listening.channel.close(promise: nil)
                waiting.closeAll()
            }
        } onCancel: {
            listening.channel.close(promise: nil)
            connections.closeAll()
        }
        guard ServingGroup.isToldToEnd else {
            throw ProxyError(.cannotListen, "\(place) accepts nobody any more")
        }
    }

    private func serve(
        _ listening: Listening, _ rules: RequestRules, at address: String
    ) async throws {
        try await listening.executeThenClose { inbound in
            try whenListening()
            ready(address)
            try await withThrowingDiscardingTaskGroup { group in
                for try await accepted in inbound {
                    group.addTask { await serve(accepted, rules) }
                }
            }
        }
    }

    private func serve(_ accepted: AcceptedConnection, _ rules: RequestRules) async {
        let (connections, refused, asksWho) = (connections, refused, asksWho)
        let channel = try? await accepted.serve { channel in
            channel.eventLoop.makeCompletedFuture {
                try Self.configure(channel)
                try channel.pipeline.syncOperations.addHandler(
                    ConnectionGate(connections, asksWho: asksWho, refused: refused))
                return try ProxyConnection.Channel(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            }
        }
        // There is none where the client has gone.
        guard let channel else { return }
        await ProxyConnection(
            channel: channel, path: path, client: client, rules: rules, connections: connections, waiting: waiting
        ).run()
    }

    // MARK: - Listening

    private func listen() async throws -> Listening {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.backlog, value: Self.backlog)
        let accept: @Sendable (any Channel) -> EventLoopFuture<AcceptedConnection> = AcceptedConnection.accept
        switch door {
        case .socket(let socket):
            return try await bootstrap.bind(unixDomainSocketPath: socket.path, childChannelInitializer: accept)
        case .loopback(let address, _):
            // A port that was served at a moment ago is free.
            return try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: address.host, port: address.port, childChannelInitializer: accept)
        }
    }

    /// HTTP as it is spoken here: what is wrong with it comes in its turn, and lengths are stated by whoever answers.
    private static func configure(_ channel: any Channel) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 32 * 1024
        limits.maxHeaderFieldCount = 100
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withErrorHandling: false,
            withOutboundHeaderValidation: true,
            withEncoderConfiguration: encoding,
            withDecoderLimitConfiguration: limits)
    }

    /// What clients must say, and where they find the proxy.
    private func opened(_ channel: any Channel) -> (RequestRules, String) {
        switch door {
        case .socket(let socket):
            socket.makePrivate()
            return (RequestRules(door: .socket), socket.path)
        case .loopback(let address, let bearer):
            let authority = address.authority(port: channel.localAddress?.port ?? address.port)
            return (
                RequestRules(door: .loopback(authority: authority, bearer: bearer)), "http://\(authority)"
            )
        }
    }

    private var asksWho: Bool {
        if case .socket = door { return true }
        return false
    }

    private var place: String {
        switch door {
        case .socket(let socket): "the socket \(socket.path)"
        case .loopback(let address, _): address.authority(port: address.port)
        }
    }
}
