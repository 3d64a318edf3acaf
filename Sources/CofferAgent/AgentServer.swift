// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The network side: HTTP/1.1 on a Unix socket.
struct AgentServer: Service {
    /// The longest header of a request, all fields together, and the longest of one field: 16 KiB and 8 KiB.
    private static let headerLimits = HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 64)

    /// How many who connect at once wait to be let in: 1,024.
    ///
    /// A client that does not block gets EAGAIN from connect(2) where there are more.
    private static let backlog = 1024

    /// How many connections are accepted beyond those that are let in, until room is made for them: 32.
    static let acceptedAhead = 32

    let socket: AgentSocket
    let responder: AgentResponder
    /// How many are let in.
    let capacity: Int
    let refused: @Sendable (_ user: UInt32?) -> Void
    let ready: @Sendable () -> Void

    private static let silence = Logger(label: "coffer.agent") { _ in SwiftLogNoOpLogHandler() }

    /// Serves until a graceful shutdown begins and what came before it is answered, or until the task is cancelled.
    ///
    /// - Throws: ``AgentError`` with code `cannot_listen` if the socket can't be opened, or is lost.
    func run() async throws {
        let (socket, connections, refused, ready) = (socket, responder.connections, refused, ready)
        let isForAnybody = responder.desk.wantsTickets
        let isBound = Mutex(false)
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGate(connections, asksWho: !isForAnybody, refused: refused)],
            httpDecoderConfiguration: Self.headerLimits)
        let running: @Sendable (any Channel) async -> Void = { channel in
            if isForAnybody { socket.makePublic() } else { socket.makePrivate() }
            await AcceptGuard.add(to: channel)
            isBound.withLock { $0 = true }
            ready()
        }
        do {
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    try await serve(configuration, running)
                } onGracefulShutdown: {
                    socket.remove()
                }
            } onCancel: {
                connections.closeAll()
            }
        } catch  where !isBound.withLock({ $0 }) && !(error is CancellationError) {
            throw AgentError(.cannotListen, "the socket \(socket.path) could not be opened")
        } catch  where !ServingGroup.isToldToEnd {
            // Said below: a loop that accept(2) ended may as well just return.
        }
        guard ServingGroup.isToldToEnd else {
            throw AgentError(.cannotListen, "the socket \(socket.path) accepts nobody any more")
        }
    }

    private func serve(
        _ configuration: HTTP1Channel.Configuration, _ running: @escaping @Sendable (any Channel) async -> Void
    ) async throws {
        if let descriptor = socket.takeDescriptor() {
            let server = PassedServer(
                descriptor: descriptor, configuration: configuration, responder: responder,
                capacity: capacity + Self.acceptedAhead, running: running, logger: Self.silence)
            return try await server.run()
        }
        let application = Application(
            responder: responder,
            server: HTTPServerBuilder { ServedLater(HTTP1Channel(responder: $0, configuration: configuration)) },
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket.path), serverName: nil, backlog: Self.backlog,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    capacity + Self.acceptedAhead, logger: Self.silence)),
            onServerRunning: running,
            // What a library would say of a request may hold a part of it.
            logger: Self.silence)
        try await application.run()
    }
}
