// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import NIOCore
import NIOPosix
import Testing

@testable import CofferOAuth

/// The listener on real sockets.
@Suite struct LoopbackListenerTests {
    private func open() async throws -> LoopbackListener {
        try await LoopbackListener.open { try AuthorizationAttempt(.standard(), redirectURI: $0) }
    }

    /// Sends bytes as they are and reads until the listener closes.
    private func ask(_ listener: LoopbackListener, _ request: String) async throws -> String {
        let url = try EndpointURL(listener.attempt.redirectURI ?? "")
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: url.host, port: url.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await client.executeThenClose { inbound, outbound in
            var text = ""
            do {
                try await outbound.write(ByteBuffer(string: request))
                for try await buffer in inbound { text += String(buffer: buffer) }
            } catch is IOError {
                // Reset: the listener closed before it had read everything.
            }
            return text
        }
    }

    private func get(
        _ listener: LoopbackListener, query: String, method: String = "GET", path: String? = nil, host: String? = nil
    ) async throws -> String {
        let url = try EndpointURL(listener.attempt.redirectURI ?? "")
        return try await ask(
            listener,
            "\(method) \(path ?? url.path)?\(query) HTTP/1.1\r\nHost: \(host ?? url.authority)\r\nContent-Length: 0\r\n\r\n"
        )
    }

    @Test func `a callback gives the code, a page that reflects nothing, and ends the listening`() async throws {
        let listener = try await open()
        let answer = try await get(listener, query: "code=MARKER&state=\(listener.attempt.stateText)")
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(!answer.contains("MARKER"))
        #expect(answer.contains("Content-Security-Policy: default-src 'none'"))
        #expect(answer.contains("Cache-Control: no-store"))
        let code = try await listener.callback()
        #expect(code.code == Secret("MARKER"))
        #expect(code.redirectURI == listener.attempt.redirectURI)
        await #expect(throws: (any Error).self) { try await get(listener, query: "code=x") }
    }

    @Test func `it listens on 127_0_0_1 at a path of its own for each attempt`() async throws {
        let (one, two) = (try await open(), try await open())
        let uri = try #require(one.attempt.redirectURI)
        #expect(uri.hasPrefix("http://127.0.0.1:"))
        #expect(try EndpointURL(uri).path != EndpointURL(two.attempt.redirectURI ?? "").path)
        await one.stop()
        await two.stop()
    }

    @Test func `a wrong state does not end the wait, and is counted`() async throws {
        let listener = try await open()
        #expect(try await get(listener, query: "code=c&state=wrong").hasPrefix("HTTP/1.1 400"))
        #expect(try await get(listener, query: "code=c").hasPrefix("HTTP/1.1 400"))
        #expect(listener.strayCount == 2)
        _ = try await get(listener, query: "code=c&state=\(listener.attempt.stateText)")
        #expect(try await listener.callback().code == Secret("c"))
    }

    @Test func `another path, method or host gets 404 and changes nothing`() async throws {
        let listener = try await open()
        let query = "code=c&state=\(listener.attempt.stateText)"
        #expect(try await get(listener, query: query, path: "/").hasPrefix("HTTP/1.1 404"))
        #expect(try await get(listener, query: query, path: "/callback/").hasPrefix("HTTP/1.1 404"))
        #expect(try await get(listener, query: query, method: "POST").hasPrefix("HTTP/1.1 404"))
        #expect(try await get(listener, query: query, host: "evil.example").hasPrefix("HTTP/1.1 404"))
        #expect(listener.strayCount == 0)
        _ = try await get(listener, query: query)
        #expect(try await listener.callback().code == Secret("c"))
    }

    @Test func `a refusal ends the wait with its own error`() async throws {
        let listener = try await open()
        let answer = try await get(listener, query: "error=access_denied&state=\(listener.attempt.stateText)")
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        await #expect(throws: OAuthError(.accessDenied, "")) { try await listener.callback() }
    }

    @Test func `an endless request is cut off`() async throws {
        let listener = try await open()
        let answer = try await ask(listener, "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 200_000))
        #expect(!answer.hasPrefix("HTTP/1.1 200"))
        await listener.stop()
    }

    @Test func `nonsense instead of HTTP harms nobody`() async throws {
        let listener = try await open()
        _ = try await ask(listener, "\u{16}\u{3}\u{1} hello\r\n\r\n")
        _ = try await get(listener, query: "code=c&state=\(listener.attempt.stateText)")
        #expect(try await listener.callback().code == Secret("c"))
    }

    @Test func `nobody is waited for longer than five minutes`() async throws {
        let listener = try await open()
        let clock = ManualClock()
        let waiter = Task { try await listener.callback(clock: clock) }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(300))
        await #expect(throws: OAuthError(.timedOut, "")) { try await waiter.value }
    }

    @Test func `a cancelled wait ends`() async throws {
        let listener = try await open()
        let waiter = Task { try await listener.callback() }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
    }

    @Test func `a provider without loopback redirects has no listener`() async throws {
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await LoopbackListener.open { try AuthorizationAttempt(.hosted(), redirectURI: $0) }
        }
    }
}
