// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sends a prepared request over the network, once.
struct APITransport: Sendable {
    /// An answer, its body beside it where it was collected.
    struct Incoming: Sendable {
        let response: HTTPClientResponse
        let body: ByteBuffer?
    }

    private let http: HTTPClient
    private let hasProxy: Bool
    private let timeout: Duration
    private let byteLimit: Int

    init(_ configuration: APIClient.Configuration) {
        var settings = configuration.http
        // A token must not be taken along, and which origin an answer came from must not be a question.
        settings.redirectConfiguration = .disallow
        var tls = settings.tlsConfiguration ?? .makeClientConfiguration()
        tls.certificateVerification = .fullVerification
        if [.tlsv1, .tlsv11].contains(tls.minimumTLSVersion) { tls.minimumTLSVersion = .tlsv12 }
        settings.tlsConfiguration = tls
        // The client's own spans hold whole addresses, and it would send their ids along.
        settings.tracing.tracer = nil
        settings.timeout.connect = settings.timeout.connect ?? .seconds(5)
        settings.timeout.read = settings.timeout.read ?? .nanoseconds(configuration.timeout.nanoseconds)
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        hasProxy = settings.proxy != nil
        timeout = configuration.timeout
        byteLimit = configuration.collectedByteLimit
    }

    func shutdown() async throws { try await http.shutdown() }

    /// Sends, and collects the body of what is refused, or of everything.
    ///
    /// - Throws: ``APIError`` `refused_host`, `unreachable`, `timed_out`, `too_large`; `CancellationError`.
    func send(_ request: PreparedRequest, path: CredentialPath, collects: Bool) async throws -> Incoming {
        // A proxy reads what is not encrypted, and is seldom on this machine.
        guard !(hasProxy && request.origin.isPlain) else {
            throw APIError(.refusedHost, "no token goes through a proxy without TLS", path: path)
        }
        let end = ContinuousClock.now + timeout
        do {
            let answer = try await http.execute(
                request.http, deadline: .now() + .nanoseconds(timeout.nanoseconds))
            guard collects || answer.status.code >= 400 else {
                return Incoming(response: Self.bare(answer, .stream(OpaqueBody(body: answer.body))), body: nil)
            }
            let body = try await collect(answer.body, until: end)
            return Incoming(response: Self.bare(answer, .bytes(body)), body: body)
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw Self.failure(error, request.origin, path)
        }
    }

    /// The answer without its history: the request in there has the token.
    private static func bare(_ answer: HTTPClientResponse, _ body: HTTPClientResponse.Body) -> HTTPClientResponse {
        HTTPClientResponse(version: answer.version, status: answer.status, headers: answer.headers, body: body)
    }

    /// The HTTP client's own deadline ends with the answer's head.
    private func collect(_ body: HTTPClientResponse.Body, until end: ContinuousClock.Instant) async throws -> ByteBuffer
    {
        try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            group.addTask { [byteLimit] in try await body.collect(upTo: byteLimit) }
            group.addTask {
                try await ContinuousClock().sleep(until: end)
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            return try await group.next() ?? ByteBuffer()
        }
    }

    /// Says nothing of what the library says: it may quote the request.
    private static func failure(_ error: any Error, _ origin: APIOrigin, _ path: CredentialPath) -> APIError {
        switch error {
        case is NIOTooManyBytesError:
            APIError(.tooLarge, "the answer of \(origin) is larger than may be kept", path: path)
        case let error as HTTPClientError where timeouts.contains(error):
            APIError(.timedOut, "\(origin) did not answer in time", path: path)
        case is NIOSSLError, is NIOSSLExtraError:
            APIError(.unreachable, "no trusted TLS connection to \(origin) came about", path: path)
        default: APIError(.unreachable, "\(origin) could not be reached, or broke the connection", path: path)
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
        .getConnectionFromPoolTimeout,
    ]
}

extension Duration {
    /// The duration in nanoseconds, a century at most.
    fileprivate var nanoseconds: Int64 {
        let capped = Swift.min(Swift.max(self, .zero), .seconds(3_155_760_000))
        return capped.components.seconds * 1_000_000_000 + capped.components.attoseconds / 1_000_000_000
    }
}
