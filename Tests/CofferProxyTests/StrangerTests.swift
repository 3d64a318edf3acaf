// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import CofferProxy

/// Those who reach the port and have no bearer.
@Suite struct `Strangers at a proxy's port` {
    /// What comes over one connection; one task at a time reads it.
    private final class Parts: @unchecked Sendable {
        private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator

        init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) { iterator = inbound.makeAsyncIterator() }

        @concurrent func next() async throws -> ByteBuffer? { try await iterator.next() }
    }

    /// Sends a request, and reads until the end of its answer.
    private static func ask(
        _ request: String, until end: String, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ parts: Parts
    ) async throws -> String {
        try await outbound.write(ByteBuffer(string: request))
        var text = ""
        while !text.contains(end), let buffer = try await parts.next() { text += String(buffer: buffer) }
        return text
    }

    /// Holds so many connections that were refused, while a body runs.
    private static func crowd(_ count: Int, _ world: ProxyWorld, _ body: () async throws -> Void) async throws {
        guard count > 0 else { return try await body() }
        try await world.connect().executeThenClose { inbound, outbound in
            let parts = Parts(inbound)
            let request = "GET / HTTP/1.1\r\nHost: \(world.place)\r\n\r\n"
            let answer = try await ask(request, until: "wrong_bearer", outbound, parts)
            #expect(answer.hasPrefix("HTTP/1.1 401"))
            try await crowd(count - 1, world, body)
        }
    }

    @Test func `disconnect nobody who has shown the bearer`() async throws {
        try await ProxyWorld.with { world in
            let request =
                "GET /me HTTP/1.1\r\nHost: \(world.place)\r\nAuthorization: Bearer \(ProxyWorld.bearer)\r\n\r\n"
            try await world.connect().executeThenClose { inbound, outbound in
                let parts = Parts(inbound)
                let first = try await Self.ask(request, until: "{}", outbound, parts)
                #expect(first.hasPrefix("HTTP/1.1 200"))
                // More than there is room for; each of the last takes the place of the first of them.
                try await Self.crowd(ProxyServer.capacity + 4, world) {
                    let second = try await Self.ask(request, until: "{}", outbound, parts)
                    #expect(second.hasPrefix("HTTP/1.1 200"), "\(second)")
                }
            }
        }
    }
}
