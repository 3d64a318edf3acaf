// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgent
import CofferCredentials
import Foundation
import NIOCore
import NIOPosix

@testable import CofferProxy

/// A proxy that runs, the API behind it, and clients that say what they like.
struct ProxyWorld: Sendable {
    static let bearer = "made-up-bearer"

    /// What came back, as far as it was read.
    struct Answer {
        let text: String

        /// The status of the first answer; 0 if there was none.
        var status: Int { text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }

        /// The body of an answer that is the only one, as it was sent.
        var body: String { text.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n") }

        /// The values of a field of the first answer.
        func values(_ name: String) -> [String] {
            let head = text.components(separatedBy: "\r\n\r\n")[0]
            return head.components(separatedBy: "\r\n").dropFirst().compactMap { line -> String? in
                let sides = line.split(separator: ":", maxSplits: 1)
                guard sides.count == 2, sides[0].lowercased() == name.lowercased() else { return nil }
                return sides[1].trimmingCharacters(in: .whitespaces)
            }
        }

        /// What the proxy itself said, if it did.
        var code: String? { values("Coffer-Error").first }
    }

    let upstream: Upstream
    let tokens: CountingTokens
    /// Where the proxy serves: a socket's name, or host and port.
    let place: String
    let isSocket: Bool

    /// Runs a body with a proxy at a port of this machine, or at a socket.
    static func with(
        provider: String = "standard", atSocket: Bool = false, script: Upstream.Script = .always(.init()),
        _ body: (ProxyWorld) async throws -> Void
    ) async throws {
        try await Upstream.with(script) { upstream, port in
            let folder = NSTemporaryDirectory() + "coffer-proxy-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let door: ProxyDoor
            if atSocket {
                door = .socket(try AgentSocket(claiming: folder + "/p.sock"))
            } else {
                guard let address = ProxyDoor.LoopbackAddress("127.0.0.1:0") else { return }
                door = .loopback(address, bearer: Secret(bearer))
            }
            let host = "127.0.0.1:\(port)"
            let tokens = CountingTokens(accountURL: "http://\(host)")
            let account = ProxyAccount(
                path: try CredentialPath("main/crm/acme"), providerID: provider, host: host)
            let (addresses, continuation) = AsyncStream.makeStream(of: String.self)
            let proxy = Proxy(to: account, at: door, credentials: tokens) { news in
                if case .ready(let address) = news { continuation.yield(address) }
            }
            let running = Task {
                defer { continuation.finish() }
                try await proxy.run(heedsSignals: false)
            }
            do {
                guard let address = await addresses.first(where: { _ in true }) else { return try await running.value }
                let place = address.hasPrefix("http://") ? String(address.dropFirst("http://".count)) : address
                try await body(
                    ProxyWorld(upstream: upstream, tokens: tokens, place: place, isSocket: atSocket))
            } catch {
                running.cancel()
                _ = await running.result
                throw error
            }
            running.cancel()
            try await running.value
        }
    }

    /// What a client must say: `Host`, the bearer where one is wanted, and that this is all.
    var fields: String {
        isSocket
            ? "Host: acme\r\nConnection: close\r\n"
            : "Host: \(place)\r\nAuthorization: Bearer \(Self.bearer)\r\nConnection: close\r\n"
    }

    /// Sends a request as a client does that does it right.
    func ask(_ line: String, _ more: [String] = [], body: String? = nil) async throws -> Answer {
        let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
        let lines = (more + length).map { $0 + "\r\n" }.joined()
        return try await exchange("\(line) HTTP/1.1\r\n\(fields)\(lines)\r\n\(body ?? "")")
    }

    /// Sends bytes as they are, and reads until the proxy closes the connection.
    func exchange(_ request: String) async throws -> Answer {
        try await connect().executeThenClose { inbound, outbound in
            var text = ""
            do {
                try await outbound.write(ByteBuffer(string: request))
                for try await buffer in inbound { text += String(buffer: buffer) }
            } catch is IOError {
                // Reset: the proxy closed before it had read everything.
            }
            return Answer(text: text)
        }
    }

    /// Connects, and says nothing.
    func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let prepare: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        guard !isSocket else {
            return try await bootstrap.connect(unixDomainSocketPath: place, channelInitializer: prepare)
        }
        let port = place.split(separator: ":").last.flatMap { Int($0) } ?? 0
        return try await bootstrap.connect(host: "127.0.0.1", port: port, channelInitializer: prepare)
    }
}
