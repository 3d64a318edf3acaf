// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import NIOSSL
import Testing

@testable import CofferOAuth

@Suite struct `mutual TLS` {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    private static let other = """
        -----BEGIN CERTIFICATE-----
        MIIBdjCCARygAwIBAgITME/p5YkavleOGs5HZptdXcf87jAKBggqhkjOPQQDAjAQ
        MQ4wDAYDVQQDDAVvdGhlcjAgFw0yNjExMjExNDU3NDdaGA8yMTI2MTAyODE0NTc0
        N1owEDEOMAwGA1UEAwwFb3RoZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASh
        Dps73C/CYk+M+m5UznmMRO1zGFt/zL1rmRhMKdNaEsLZaoeIo0dOWvYqQMcAmvP7
        g16tjdqTkGfI6P+lwJtDo1MwUTAdBgNVHQ4EFgQUmQ4RNl+bH1FGBFuetRjk3dCV
        uIQwHwYDVR0jBBgwFoAUmQ4RNl+bH1FGBFuetRjk3dCVuIQwDwYDVR0TAQH/BAUw
        AwEB/zAKBggqhkjOPQQDAgNIADBFAiEA+WyrgOI8lBfuJyplupMIMPSqSCf2bEcA
        eA/7zpH+pBcCIHg0w0PDWR563q0Bu50sf0p4/f5+5C/WsQ33bkkSFUNy
        -----END CERTIFICATE-----
        """
    private static let otherKey = Secret(
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPPH+D4fUpuV9E92j
        sni+UUtnm/EbbHdvYT1/tkiE42yhRANCAAShDps73C/CYk+M+m5UznmMRO1zGFt/
        zL1rmRhMKdNaEsLZaoeIo0dOWvYqQMcAmvP7g16tjdqTkGfI6P+lwJtD
        -----END PRIVATE KEY-----
        """)

    private func send(_ certificate: ClientCertificate?, versions: (TLSVersion, TLSVersion)) async throws
        -> (outcome: TransportOutcome, received: String)
    {
        let trust = TrustSettings(
            certificateAuthorityPEM: TestCertificates.authorityPEM, clientCertificate: certificate)
        let server = try TestCertificates.serverContext(
            demanding: TestKeys.certificate, from: versions.0, to: versions.1)
        return try await LoopbackServer.with(.answer(Self.answer), tls: server) { server in
            let transport = NetworkTransport(
                userAgent: "coffer/test", limits: NetworkTransport.Limits(connect: .seconds(30)))
            let url = try EndpointURL("https://127.0.0.1:\(server.port)/token")
            let message = HTTPMessage(
                .post, ApprovedDestination(url: url, addresses: .loopbackOnly), body: Secret("hello"), trust: trust)
            let outcome = await transport.send(message, deadline: .seconds(30))
            await transport.shutdown()
            return (outcome, server.received.all)
        }
    }

    static let versions: [(TLSVersion, TLSVersion)] = [(.tlsv12, .tlsv12), (.tlsv13, .tlsv13)]

    @Test(arguments: versions)
    func `shows the app's certificate to a server that asks`(_ low: TLSVersion, _ high: TLSVersion) async throws {
        let certificate = try ClientCertificate(chainPEM: TestKeys.certificate, key: TestKeys.certificateKey)
        let end = try await send(certificate, versions: (low, high))
        guard case .answered(let answer) = end.outcome else {
            Issue.record("\(end.outcome)")
            return
        }
        #expect(answer.status == 200)
        #expect(end.received.hasSuffix("hello"))
    }

    /// In TLS 1.3 the server says no only after the request is on its way, and has then processed nothing of it.
    @Test(arguments: versions, [true, false])
    func `a refused certificate is a request that was not sent`(
        _ versions: (TLSVersion, TLSVersion), _ hasAnother: Bool
    ) async throws {
        let another = hasAnother ? try ClientCertificate(chainPEM: Self.other, key: Self.otherKey) : nil
        let end = try await send(another, versions: versions)
        guard case .notSent(let failure) = end.outcome else {
            Issue.record("\(end.outcome)")
            return
        }
        // TLS 1.2 has no alert for "none was shown" (RFC 5246 §7.4.6), and then nothing was written either.
        let kind = versions.0 == .tlsv12 && !hasAnother ? TransportFailure.Kind.handshake : .clientCertificate
        #expect(failure.kind == kind, "\(failure)")
        #expect(failure.message.contains("127.0.0.1"))
        #expect(end.received.isEmpty)
    }

    @Test func `two certificates never share a client`() async throws {
        let one = try ClientCertificate(chainPEM: TestKeys.certificate, key: TestKeys.certificateKey)
        let other = try ClientCertificate(chainPEM: Self.other, key: Self.otherKey)
        let address = try #require(IPAddress("127.0.0.1"))
        func key(_ certificate: ClientCertificate?) -> PinnedClient.Key {
            PinnedClient.Key(
                host: "a.example", address: address, certificateAuthorityPEM: nil, clientCertificate: certificate)
        }
        #expect(Set([key(one), key(other), key(nil), key(one)]).count == 3)
    }

    @Test(arguments: [
        ProviderDescription.ClientAuthenticationStyle.tlsClientAuth, .selfSignedTLSClientAuth,
    ]) func `names the client in the body and sends no secret`(
        _ style: ProviderDescription.ClientAuthenticationStyle
    ) async throws {
        var registration = Fixtures.generic(style)
        registration.trust.clientCertificate = try ClientCertificate(
            chainPEM: TestKeys.certificate, key: TestKeys.certificateKey)
        let transport = ScriptedTransport(500, "")
        _ = await Fixtures.client(transport).clientCredentials(registration, scope: nil)
        let request = try #require(transport.requests.first)
        #expect(request.bodyText == "client_id=client&grant_type=client_credentials")
        #expect(request.authorization == nil)
        #expect(request.trust.clientCertificate == registration.trust.clientCertificate)
        registration.trust.clientCertificate = nil
        let outcome = await Fixtures.client(transport).clientCredentials(registration, scope: nil)
        #expect(outcome.summary == "unprocessed configuration")
        #expect(transport.requests.count == 1)
    }
}
