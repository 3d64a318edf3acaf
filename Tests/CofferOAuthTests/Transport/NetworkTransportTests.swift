// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import NIOSSL
import Synchronization
import Testing

@testable import CofferOAuth

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct `the network transport` {
    /// Long enough for any machine, and reached only by what never ends by itself.
    private static let ample = Duration.seconds(30)
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\n{}"

    /// Sends one POST with a body to a loopback server and shuts the transport down.
    private func send(
        to url: String, deadline: Duration = Self.ample, trust: TrustSettings = TrustSettings(),
        resolver: HostResolver = .system, rule: ApprovedDestination.AddressRule = .loopbackOnly,
        departure: (@Sendable () async throws -> Void)? = nil
    ) async throws -> TransportOutcome {
        let transport = NetworkTransport(
            userAgent: "coffer/test", resolver: resolver, limits: NetworkTransport.Limits(connect: Self.ample))
        var message = HTTPMessage(
            .post, ApprovedDestination(url: try EndpointURL(url), addresses: rule),
            headers: [("Content-Type", "text/plain")], authorization: Secret("Basic xyz"), body: Secret("hello"),
            trust: trust)
        message.departure = departure
        let outcome = await transport.send(message, deadline: deadline)
        await transport.shutdown()
        return outcome
    }

    private func summary(_ outcome: TransportOutcome) -> String {
        switch outcome {
        case .answered(let answer): "answered \(answer.status)"
        case .notSent(let failure): "notSent \(failure.kind.rawValue)"
        case .lost(let failure): "lost \(failure.kind.rawValue)"
        }
    }

    @Test func `sends what it was given and returns what came`() async throws {
        try await LoopbackServer.with(.answer(Self.answer)) { server in
            let outcome = try await send(to: "http://127.0.0.1:\(server.port)/path?q=1")
            guard case .answered(let answer) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(answer.status == 200)
            #expect(answer.header("x-a") == "b")
            #expect(answer.body == Secret("{}"))
            let request = server.received.all
            #expect(request.hasPrefix("POST /path?q=1 HTTP/1.1\r\n"))
            #expect(request.contains("User-Agent: coffer/test\r\n"))
            #expect(request.contains("Authorization: Basic xyz\r\n"))
            #expect(
                request.contains("Host: 127.0.0.1:\(server.port)\r\n")
                    || request.contains("host: 127.0.0.1:\(server.port)\r\n"))
            #expect(request.contains("Accept-Encoding: identity\r\n"))
        }
    }

    @Test func `a name under localhost needs no DNS, and the name stays in the request`() async throws {
        let deaf = HostResolver { _ in throw TransportFailure(.resolution, "asked") }
        try await LoopbackServer.with(.answer(Self.answer)) { server in
            let outcome = try await send(to: "http://acme.play.localhost:\(server.port)/", resolver: deaf)
            #expect(summary(outcome) == "answered 200")
            #expect(server.received.all.lowercased().contains("host: acme.play.localhost:\(server.port)\r\n"))
        }
    }

    @Test(arguments: ["http", "https"])
    func `the first byte waits for the departure, and all go after it`(_ scheme: String) async throws {
        let trust = TrustSettings(certificateAuthorityPEM: TestCertificates.authorityPEM)
        let tls = try scheme == "https" ? TestCertificates.serverContext() : nil
        try await LoopbackServer.with(.answer(Self.answer), tls: tls) { server in
            let received = server.received
            let arrivedBefore = Mutex<[String]>([])
            let outcome = try await send(to: "\(scheme)://127.0.0.1:\(server.port)/", trust: trust) {
                // Long enough for whatever should not have been written to arrive.
                for _ in 0..<1000 { await Task.yield() }
                arrivedBefore.withLock { $0.append(received.all) }
            }
            #expect(summary(outcome) == "answered 200")
            #expect(arrivedBefore.withLock { $0 } == [""])
            #expect(received.all.hasPrefix("POST / HTTP/1.1\r\n"))
        }
    }

    @Test(arguments: [LoopbackServer.Behaviour.closeAtOnce, .silence])
    func `a connection that ends before the departure has carried nothing`(
        _ behaviour: LoopbackServer.Behaviour
    ) async throws {
        try await LoopbackServer.with(behaviour) { server in
            let (end, opener) = AsyncStream<Void>.makeStream()
            let outcome = try await send(to: "http://127.0.0.1:\(server.port)/", deadline: .seconds(1)) {
                for await _ in end {}
            }
            opener.finish()
            #expect(summary(outcome).hasPrefix("notSent"))
            #expect(server.received.all.isEmpty)
        }
    }

    @Test(arguments: ["http", "https"])
    func `a departure that does not come about lets nothing go, and is waited for no longer`(
        _ scheme: String
    ) async throws {
        let trust = TrustSettings(certificateAuthorityPEM: TestCertificates.authorityPEM)
        let tls = try scheme == "https" ? TestCertificates.serverContext() : nil
        try await LoopbackServer.with(.answer(Self.answer), tls: tls) { server in
            let outcome = try await send(to: "\(scheme)://127.0.0.1:\(server.port)/", trust: trust) {
                throw CancellationError()
            }
            #expect(summary(outcome).hasPrefix("notSent"))
            #expect(server.received.all.isEmpty)
        }
    }

    @Test func `a redirect is an answer`() async throws {
        try await LoopbackServer.with(.answer(Self.answer)) { target in
            let location = "http://127.0.0.1:\(target.port)/"
            let text = "HTTP/1.1 307 Moved\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"
            try await LoopbackServer.with(.answer(text)) { server in
                let outcome = try await send(to: "http://127.0.0.1:\(server.port)/")
                #expect(summary(outcome) == "answered 307")
            }
            #expect(target.received.all.isEmpty)
        }
    }

    @Test(arguments: [true, false]) func `five megabytes are too large, announced or not`(_ isAnnounced: Bool)
        async throws
    {
        let body = String(repeating: "x", count: 5 << 20)
        let head = isAnnounced ? "Content-Length: \(body.utf8.count)" : "Connection: close"
        try await LoopbackServer.with(.answer("HTTP/1.1 200 OK\r\n\(head)\r\n\r\n\(body)")) { server in
            let outcome = try await send(to: "http://127.0.0.1:\(server.port)/")
            // One that ends with the connection may be met as its breaking while the rest is on its way: lost both times.
            #expect(["lost tooLarge", isAnnounced ? "" : "lost broken"].contains(summary(outcome)))
        }
    }

    @Test(arguments: [LoopbackServer.Behaviour.neverEnding, .silence])
    func `one deadline covers head and body`(_ behaviour: LoopbackServer.Behaviour) async throws {
        try await LoopbackServer.with(behaviour) { server in
            var outcome = ""
            // As long as a busy machine may need for the connection: before it nothing is lost. One that stood still so long has
            // another try.
            for _ in 0..<3 where !outcome.hasPrefix("lost") {
                outcome = summary(try await send(to: "http://127.0.0.1:\(server.port)/", deadline: .seconds(5)))
            }
            #expect(outcome == "lost timedOut")
        }
    }

    /// The sockets of this process that are connected to a port.
    private func connectionCount(to port: Int) -> Int {
        (Int32(0)..<65_536).count { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
            }
            let isConnected = result == 0 && address.sin_family == sa_family_t(AF_INET)
            return isConnected && UInt16(bigEndian: address.sin_port) == port
        }
    }

    @Test(arguments: ["http", "https"])
    func `a request that is given up leaves no connection, whatever the server does`(_ scheme: String) async throws {
        let trust = TrustSettings(certificateAuthorityPEM: TestCertificates.authorityPEM)
        let tls = try scheme == "https" ? TestCertificates.serverContext() : nil
        try await LoopbackServer.with(.deafness, tls: tls) { server in
            let port = server.port
            let url = try EndpointURL("\(scheme)://127.0.0.1:\(port)/")
            var message = HTTPMessage(.get, ApprovedDestination(url: url, addresses: .loopbackOnly), trust: trust)
            let before = Mutex(0)
            message.departure = {
                let count = connectionCount(to: port)
                before.withLock { $0 = count }
            }
            let transport = NetworkTransport(userAgent: "coffer/test")
            let outcome = await transport.send(message, deadline: Self.ample)
            let after = connectionCount(to: port)
            #expect(summary(outcome) == "lost tooLarge")
            #expect(before.withLock(\.self) == 1)
            #expect(after == 0)
            await transport.shutdown()
        }
    }

    @Test func `a connection that ends without an answer is lost`() async throws {
        try await LoopbackServer.with(.closeOnRequest) { server in
            let outcome = try await send(to: "http://127.0.0.1:\(server.port)/")
            #expect(summary(outcome) == "lost broken")
        }
    }

    @Test func `an answer that breaks off is lost`() async throws {
        try await LoopbackServer.with(.answer("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")) { server in
            let outcome = summary(try await send(to: "http://127.0.0.1:\(server.port)/"))
            #expect(outcome == "lost broken" || outcome == "lost malformed")
        }
    }

    @Test func `an answer that is no HTTP is lost`() async throws {
        try await LoopbackServer.with(.answer("SSH-2.0-OpenSSH\r\n\r\n")) { server in
            let outcome = try await send(to: "http://127.0.0.1:\(server.port)/")
            #expect(summary(outcome) == "lost malformed")
        }
    }

    @Test(arguments: [("http", "127.0.0.1"), ("https", "play.localhost")])
    func `a port where nobody listens is not sent to, and the reason is said once`(
        _ scheme: String, _ host: String
    ) async throws {
        try await LoopbackServer.withUnheardPort { port in
            let outcome = try await send(to: "\(scheme)://\(host):\(port)/")
            #expect(summary(outcome) == "notSent connection")
            guard case .notSent(let failure) = outcome else { return }
            #expect(failure.message == "\(host) refused the connection.")
        }
    }

    @Test func `TLS that is closed in the handshake is not sent to`() async throws {
        try await LoopbackServer.with(.closeAtOnce) { server in
            let outcome = summary(try await send(to: "https://play.localhost:\(server.port)/"))
            #expect(outcome.hasPrefix("notSent"))
        }
    }

    @Test func `a certificate of an unknown authority is not sent to`() async throws {
        try await LoopbackServer.with(.answer(Self.answer), tls: TestCertificates.serverContext()) { server in
            let outcome = try await send(to: "https://play.localhost:\(server.port)/")
            #expect(summary(outcome) == "notSent certificate")
            #expect(server.received.all.isEmpty)
        }
    }

    @Test(arguments: ["play.localhost", "127.0.0.1"])
    func `the app's own authority is believed`(_ host: String) async throws {
        let trust = TrustSettings(certificateAuthorityPEM: TestCertificates.authorityPEM)
        try await LoopbackServer.with(.answer(Self.answer), tls: TestCertificates.serverContext()) { server in
            let outcome = try await send(to: "https://\(host):\(server.port)/", trust: trust)
            #expect(summary(outcome) == "answered 200")
        }
    }

    @Test func `a certificate for another name is not sent to`() async throws {
        let trust = TrustSettings(certificateAuthorityPEM: TestCertificates.authorityPEM)
        try await LoopbackServer.with(.answer(Self.answer), tls: TestCertificates.serverContext()) { server in
            let outcome = try await send(to: "https://other.localhost:\(server.port)/", trust: trust)
            #expect(summary(outcome) == "notSent certificate")
            #expect(server.received.all.isEmpty)
        }
    }

    @Test func `an authority that is no PEM is a certificate failure`() async throws {
        let outcome = try await send(to: "https://127.0.0.1:1/", trust: TrustSettings(certificateAuthorityPEM: "x"))
        #expect(summary(outcome) == "notSent certificate")
    }

    @Test(arguments: [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"], []])
    func `one address that is not allowed spoils them all`(_ addresses: [String]) async throws {
        let resolver = HostResolver { _ in addresses.compactMap { IPAddress($0) } }
        let outcome = try await send(to: "https://as.example/", resolver: resolver, rule: .publicOnly)
        #expect(summary(outcome) == "notSent refusedAddress")
    }

    @Test func `the connection goes to the address that was judged`() async throws {
        let resolver = HostResolver { _ in ["127.0.0.1"].compactMap { IPAddress($0) } }
        try await LoopbackServer.with(.answer(Self.answer)) { server in
            let outcome = try await send(to: "http://as.example:\(server.port)/", resolver: resolver, rule: .any)
            #expect(summary(outcome) == "answered 200")
        }
    }

    @Test func `the next address is tried while nothing was sent`() async throws {
        let resolver = HostResolver { _ in ["::1", "127.0.0.1"].compactMap { IPAddress($0) } }
        try await LoopbackServer.with(.answer(Self.answer)) { server in
            let outcome = try await send(to: "http://as.example:\(server.port)/", resolver: resolver, rule: .any)
            #expect(summary(outcome) == "answered 200")
        }
    }

    @Test func `a name without an address is not sent to`() async throws {
        let resolver = HostResolver { _ in throw TransportFailure(.resolution, "none") }
        let outcome = try await send(to: "https://as.example/", resolver: resolver)
        #expect(summary(outcome) == "notSent resolution")
    }

    @Test func `a client serves again after a whole answer`() async throws {
        let transport = NetworkTransport(userAgent: "coffer/test")
        try await LoopbackServer.with(.answer(Self.answer)) { server in
            let url = try EndpointURL("http://127.0.0.1:\(server.port)/")
            let message = HTTPMessage(.get, ApprovedDestination(url: url, addresses: .loopbackOnly))
            for _ in 0..<3 { #expect(summary(await transport.send(message, deadline: Self.ample)) == "answered 200") }
        }
        await transport.shutdown()
    }

    @Test func `after shutdown nothing is sent`() async throws {
        let transport = NetworkTransport(userAgent: "coffer/test")
        await transport.shutdown()
        let message = HTTPMessage(
            .get, ApprovedDestination(url: try EndpointURL("http://127.0.0.1:1/"), addresses: .loopbackOnly))
        #expect(summary(await transport.send(message, deadline: Self.ample)) == "notSent cancelled")
    }
}
