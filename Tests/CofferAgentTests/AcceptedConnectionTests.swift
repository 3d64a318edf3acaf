// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import CofferAgent

@Suite(.timeLimit(.minutes(1)))
struct `A connection that was accepted` {
    private typealias Listening = NIOAsyncChannel<AcceptedConnection, Never>
    private typealias Served = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// A socket that is listened at; what it accepts is heard of before anybody takes it.
    private static func with<Result>(
        _ body: (_ place: String, Listening, _ accepted: AsyncStream<any Channel>) async throws -> Result
    ) async throws -> Result {
        let place = NSTemporaryDirectory() + "coffer-\(UUID().uuidString.prefix(8)).sock"
        defer { try? FileManager.default.removeItem(atPath: place) }
        let (accepted, announcer) = AsyncStream.makeStream(of: (any Channel).self)
        let listening = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: place) { channel in
                announcer.yield(channel)
                return AcceptedConnection.accept(channel)
            }
        let result = try await body(place, listening, accepted)
        try? await listening.channel.close()
        return result
    }

    private static func wrap(_ channel: any Channel) -> EventLoopFuture<Served> {
        channel.eventLoop.makeCompletedFuture { try Served(wrappingChannelSynchronously: channel) }
    }

    @Test func `is closed, and ends nothing else, where the socket is closed before anybody takes it`() async throws {
        let client = try await Self.with { place, listening, accepted in
            let client = try await SlowClient(connectingTo: place)
            for await _ in accepted { break }
            try await listening.executeThenClose { _ in }
            return client
        }
        #expect(await client.read(.max) == 0)
    }

    @Test func `reads what was sent before anybody served it`() async throws {
        try await Self.with { place, listening, _ in
            let client = try await SlowClient(connectingTo: place)
            await client.send("made up")
            try await listening.executeThenClose { inbound in
                for try await connection in inbound {
                    let served = try await connection.serve(Self.wrap)
                    let text = try await served.executeThenClose { inbound, _ in
                        for try await bytes in inbound { return String(buffer: bytes) }
                        return ""
                    }
                    #expect(text == "made up")
                    break
                }
            }
        }
    }

    @Test func `is closed where it is told to end before anybody serves it`() async throws {
        try await Self.with { place, listening, _ in
            let client = try await SlowClient(connectingTo: place)
            try await listening.executeThenClose { inbound in
                for try await connection in inbound {
                    connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
                    #expect(await client.read(.max) == 0)
                    if let served = try? await connection.serve(Self.wrap) {
                        try? await served.executeThenClose { inbound, _ in
                            for try await _ in inbound { Issue.record("something was read") }
                        }
                    }
                    #expect(!connection.channel.isActive)
                    break
                }
            }
        }
    }

    @Test func `keeps what comes with the client's end until somebody serves it`() async throws {
        let channel = NIOAsyncTestingChannel()
        let connection = try await channel.eventLoop.flatSubmit { AcceptedConnection.accept(channel) }.get()
        try await channel.writeInbound(ByteBuffer(string: "made up"))
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        let served = try await connection.serve { channel in
            channel.eventLoop.makeCompletedFuture {
                try Served(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            }
        }
        let text = try await served.executeThenClose { inbound, _ in
            var text = ""
            for try await bytes in inbound { text += String(buffer: bytes) }
            return text
        }
        #expect(text == "made up")
    }
}
