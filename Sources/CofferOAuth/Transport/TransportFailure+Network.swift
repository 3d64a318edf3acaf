// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

extension TransportFailure {
    /// Names a library's error of a connection that may have been there: the system has the same numbers for a way that ended later.
    init(_ error: any Error, host: String, wasConnected: Bool) {
        let failure = TransportFailure(error, host: host)
        let isUntrue = wasConnected && failure.kind == .connection
        self = isUntrue ? TransportFailure(.broken, "The connection to \(host) broke.") : failure
    }

    /// Names a library's error; its own text is not passed on, as nobody promises what stands in it.
    init(_ error: any Error, host: String) {
        switch error {
        case let failure as TransportFailure: self = failure
        case is CancellationError: self.init(.cancelled, "The request to \(host) was cancelled.")
        case let error as HTTPClientError: self.init(client: error, host: host)
        case let error as ChannelError: self.init(channel: error, host: host)
        case is ResponseAccumulator.ResponseTooBigError:
            self.init(.tooLarge, "The answer of \(host) is larger than is accepted.")
        case is HTTPParserError: self.init(.malformed, "The answer of \(host) is no HTTP.")
        case is NIOSSLExtraError: self.init(.certificate, "The certificate of \(host) is for another name.")
        case is NIOSSLError where Self.refusesOurs(error), is BoringSSLError where Self.refusesOurs(error):
            self.init(.clientCertificate, "\(host) refuses the app's own certificate, or wants one.")
        case let error as NIOSSLError where Self.isAboutCertificate(error):
            self.init(.certificate, "The certificate of \(host) does not verify.")
        case is NIOSSLError, is BoringSSLError: self.init(.handshake, "TLS with \(host) failed.")
        case let error as IOError: self.init(errno: error.errnoCode, host: host)
        case let error as NIOConnectionError: self.init(addresses: error, host: host)
        default: self.init(.broken, "The connection to \(host) broke.")
        }
    }

    private init(client error: HTTPClientError, host: String) {
        switch error {
        case .cancelled, .requestStreamCancelled: self.init(.cancelled, "The request to \(host) was cancelled.")
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
            self.init(.timedOut, "\(host) did not answer in time.")
        // The library's time for a connection covers TLS too, and is over before the one below.
        case .connectTimeout: self.init(obstacle: .timedOut, host: host)
        case .tlsHandshakeTimeout: self.init(.handshake, "\(host) did not finish the TLS handshake in time.")
        default: self.init(.broken, "The connection to \(host) broke.")
        }
    }

    private init(channel error: ChannelError, host: String) {
        if case .connectTimeout = error {
            self.init(obstacle: .timedOut, host: host)
        } else {
            self.init(.broken, "The connection to \(host) broke.")
        }
    }

    /// What the system says; a reset mostly ends a connection that was there.
    private init(errno code: CInt, host: String) {
        switch ConnectionObstacle(errno: code) {
        case .reset?: self.init(obstacle: .reset, kind: .broken, host: host)
        case let obstacle?: self.init(obstacle: obstacle, host: host)
        case nil: self.init(.broken, "The connection to \(host) broke.")
        }
    }

    /// Several addresses are one failure, and an address that was found tells more than a name that was not.
    private init(addresses error: NIOConnectionError, host: String) {
        let obstacles = error.connectionErrors.compactMap { TransportFailure($0.error, host: host).obstacle }
        if let obstacle = ConnectionObstacle.telling(obstacles) {
            self.init(obstacle: obstacle, host: host)
        } else if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
            self.init(.resolution, "The name \(host) could not be resolved.")
        } else {
            self.init(.connection, "\(host) could not be connected to.")
        }
    }

    private init(obstacle: ConnectionObstacle, kind: Kind = .connection, host: String) {
        self.init(kind, obstacle.sentence(host: host))
        self.obstacle = obstacle
    }

    /// BoringSSL names the reason only in its text.
    private static func isAboutCertificate(_ error: NIOSSLError) -> Bool {
        if case .handshakeFailed(let reason) = error {
            return String(describing: reason).contains("CERTIFICATE_VERIFY_FAILED")
        }
        return false
    }

    /// Whether the server's alert is about what we showed of ourselves, or that we showed nothing (RFC 8446 §6.2).
    ///
    /// These alerts end the handshake on the server's side, so that nothing of a request was processed, even where TLS 1.3
    /// let us send it before.
    private static func refusesOurs(_ error: any Error) -> Bool {
        let text = String(describing: error)
        return [
            "ALERT_CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_UNSUPPORTED_CERTIFICATE",
            "ALERT_CERTIFICATE_REVOKED", "ALERT_CERTIFICATE_EXPIRED", "ALERT_CERTIFICATE_UNKNOWN", "ALERT_UNKNOWN_CA",
        ].contains { text.contains($0) }
    }
}
