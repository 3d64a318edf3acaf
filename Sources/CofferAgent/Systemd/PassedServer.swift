// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The network side where a service manager has bound the socket: Hummingbird's server binds by a name only, so that this accepts
/// connections itself and gives each to Hummingbird's channel.
struct PassedServer {
    let descriptor: Int32
    let configuration: HTTP1Channel.Configuration
    let responder: AgentResponder
    /// How many connections are accepted at once.
    let capacity: Int
    /// Hears of the channel that listens once it does.
    let running: @Sendable (any Channel) async -> Void
    let logger: Logger

    /// Serves until a graceful shutdown begins and what came before it is answered, or until the task is cancelled.
    ///
    /// - Throws: what keeps the socket from being used.
    func run() async throws {
        let (capacity, logger, connections, responder) = (capacity, logger, responder.connections, responder)
        let server = ServedLater(
            HTTP1Channel(
                responder: { (request, writer: consuming ResponseWriter, channel) in
                    let source = ApplicationRequestContextSource(channel: channel, logger: logger)
                    var response = try await responder.respond(
                        to: request, context: AgentResponder.Context(source: source))
                    response.headers[.date] = HTTPTime.text(Date())
                    do {
                        try await writer.write(response: response.head, body: response.body)
                    } catch is HTTPParserError {
                        // What is under way can't become another answer.
                        throw ChannelError.inputClosed
                    }
                }, configuration: configuration))
        let listening = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AvailableConnectionsChannelHandler(
                            delegate: MaximumAvailableConnections(capacity, logger: logger)))
                }
            }
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .bind(descriptor) { channel in AcceptedConnection.accept(channel) }
        await withGracefulShutdownHandler {
            await running(listening.channel)
            await withDiscardingTaskGroup { group in
                // It ends where the socket is closed or this task cancelled; both are meant.
                try? await listening.executeThenClose { inbound in
                    for try await connection in inbound {
                        group.addTask { await server.handle(value: connection, logger: logger) }
                    }
                }
            }
        } onGracefulShutdown: {
            // Who connects from now on waits for the agent that the manager starts next.
            listening.channel.close(promise: nil)
            connections.quiesce()
        }
    }
}
