// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

extension TransportFailure {
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
        case let error as IOError where Self.isAboutConnecting(error):
            self.init(.connection, "\(host) could not be connected to.")
        case is NIOConnectionError: self.init(.connection, "\(host) could not be connected to.")
        default: self.init(.broken, "The connection to \(host) broke.")
        }
    }

    private init(client error: HTTPClientError, host: String) {
        switch error {
        case .cancelled, .requestStreamCancelled: self.init(.cancelled, "The request to \(host) was cancelled.")
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
            self.init(.timedOut, "\(host) did not answer in time.")
        case .connectTimeout: self.init(.connection, "\(host) could not be connected to in time.")
        case .tlsHandshakeTimeout: self.init(.handshake, "\(host) did not finish the TLS handshake in time.")
        default: self.init(.broken, "The connection to \(host) broke.")
        }
    }

    private init(channel error: ChannelError, host: String) {
        if case .connectTimeout = error {
            self.init(.connection, "\(host) could not be connected to in time.")
        } else {
            self.init(.broken, "The connection to \(host) broke.")
        }
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

    /// What `connect` answers when nobody listens, or no way leads there.
    private static func isAboutConnecting(_ error: IOError) -> Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, ETIMEDOUT].contains(error.errnoCode)
    }
}
