// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// An HTTP client that connects to one address, whatever its host's name resolves to meanwhile.
///
/// It serves one request at a time, so that its ``WriteWatch`` tells about that request.
final class PinnedClient: Sendable {
    /// What a client is made for.
    struct Key: Hashable, Sendable {
        /// The name in the URL, for SNI and the certificate.
        let host: String
        /// The judged address.
        let address: IPAddress
        /// Whose certificates are believed.
        let certificateAuthorityPEM: String?
        /// What is shown to a server that asks.
        let clientCertificate: ClientCertificate?
        /// What tells the system's authorities that it believes from those of another time.
        var roots: [Int64] = []
    }

    /// What this client is made for.
    let key: Key
    /// The client.
    let http: HTTPClient
    /// Whether anything of the present request was written.
    let watch: WriteWatch

    /// Makes a client.
    ///
    /// - Throws: ``TransportFailure`` of kind `certificate` if the app's authorities or its certificate cannot be read.
    init(_ key: Key, connectTimeLimit: Duration) throws(TransportFailure) {
        let watch = WriteWatch()
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try Self.tls(key),
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeLimit)),
            // At most 25 times what came; and the transport's cap counts what is unpacked.
            decompression: HTTPClient.Configuration.singletonConfiguration.decompression)
        configuration.httpVersion = .http1Only
        // Its own spans hold whole addresses, and their ids would go to the provider; ours say what may be said.
        configuration.tracing.tracer = nil
        // Else it would try again behind our back until the deadline, and our order of addresses is lost.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.dnsOverride = [key.host: key.address.description]
        configuration.http1_1ConnectionDebugInitializer = { watch.install(in: $0, host: key.host) }
        self.key = key
        self.watch = watch
        http = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
    }

    /// TLS 1.2 at least, full verification; authorities of the app's own are added to the system's.
    private static func tls(_ key: Key) throws(TransportFailure) -> TLSConfiguration {
        let system = SystemRoots.shared.trust()
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = system.roots
        tls.additionalTrustRoots = system.further
        tls.minimumTLSVersion = .tlsv12
        tls.certificateVerification = .fullVerification
        if let certificate = key.clientCertificate {
            guard let (chain, privateKey) = try? certificate.parts else {
                throw TransportFailure(.certificate, "The app's own certificate cannot be read.")
            }
            tls.certificateChain = chain.map { .certificate($0) }
            tls.privateKey = .privateKey(privateKey)
        }
        guard let certificateAuthorityPEM = key.certificateAuthorityPEM else { return tls }
        let certificates = (try? NIOSSLCertificate.fromPEMBytes(Array(certificateAuthorityPEM.utf8))) ?? []
        guard !certificates.isEmpty else {
            throw TransportFailure(.certificate, "The app's own certificate authority is not PEM.")
        }
        tls.additionalTrustRoots += [.certificates(certificates)]
        return tls
    }
}
