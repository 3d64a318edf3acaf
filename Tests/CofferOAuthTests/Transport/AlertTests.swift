// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import Testing

@testable import CofferOAuth

@Suite struct `A request that broke off` {
    private static let alert = TransportFailure(.clientCertificate, "It refuses the certificate.")
    private static let broken = TransportFailure(.broken, "It broke.")

    @Test(arguments: [
        (alert, false, false, true), (alert, true, false, true), (alert, true, true, false),
        (broken, false, false, true), (broken, true, false, false), (broken, true, true, false),
    ])
    func `was not sent only if that is certain`(
        _ failure: TransportFailure, _ hasWritten: Bool, _ hasRead: Bool, _ wasNotSent: Bool
    ) {
        let outcome = NetworkTransport.outcome(of: failure, hasWritten: hasWritten, hasRead: hasRead)
        if case .notSent = outcome { #expect(wasNotSent) } else { #expect(!wasNotSent) }
    }

    @Test(arguments: [
        (LoopbackServer.Behaviour.answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), true),
        (.closeOnRequest, false),
    ])
    func `has a watch that saw whether anything came back`(
        _ behaviour: LoopbackServer.Behaviour, _ hasRead: Bool
    ) async throws {
        for tls in [nil, try TestCertificates.serverContext()] {
            try await LoopbackServer.with(behaviour, tls: tls) { server in
                let client = try PinnedClient(
                    PinnedClient.Key(
                        host: "127.0.0.1", address: try #require(IPAddress("127.0.0.1")),
                        certificateAuthorityPEM: TestCertificates.authorityPEM, clientCertificate: nil),
                    connectTimeLimit: .seconds(5))
                client.watch.reset()
                let scheme = tls == nil ? "http" : "https"
                _ = try? await client.http.get(url: "\(scheme)://127.0.0.1:\(server.port)/").get()
                try await client.http.shutdown()
                #expect(client.watch.hasWritten && client.watch.hasRead == hasRead, "\(scheme)")
                client.watch.reset()
                #expect(!client.watch.hasWritten && !client.watch.hasRead)
            }
        }
    }
}
