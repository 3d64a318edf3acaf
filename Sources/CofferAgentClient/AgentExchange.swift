// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import NIOCore
import NIOHTTP1

/// Sends requests to an agent's socket: each answer is bounded in size, and each exchange in time.
struct AgentExchange: Sendable {
    /// The longest answer: 8 MiB, a static secret of the largest size with each of its bytes escaped.
    private static let byteLimit = 8 << 20

    private let place: AgentPlace
    private let ticket: Secret?
    private let http: HTTPClient

    init(_ place: AgentPlace, ticket: Secret?) {
        var settings = HTTPClient.Configuration()
        settings.redirectConfiguration = .disallow
        settings.httpVersion = .http1Only
        // The client's own spans hold whole addresses, and it would send their ids along.
        settings.tracing.tracer = nil
        settings.timeout.connect = .seconds(5)
        // A socket that nobody listens on is an answer, not a disturbance of a network.
        settings.connectionPool.retryConnectionEstablishment = false
        // Half of what the agent lets a silent connection stay open for.
        settings.connectionPool.idleTimeout = .seconds(30)
        self.place = place
        self.ticket = ticket
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    func shutdown() async { try? await http.shutdown() }

    /// Sends a request, having looked whose socket it is.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: The path and query, encoded.
    ///   - body: JSON.
    ///   - timeout: How long all of it may take.
    /// - Returns: the status, whatever it is, and the whole body.
    /// - Throws: ``CredentialError`` `misconfigured`, `unavailable`, `timed_out`, `damaged`; `CancellationError`.
    func send(
        _ method: HTTPMethod, _ target: String, body: Secret? = nil, within timeout: Duration
    ) async throws -> AgentReply {
        var request = try request(method, target)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            let bytes = body.withExposedBytes { ByteBuffer(bytes: $0) }
            request.body = .bytes(bytes)
        }
        let end = ContinuousClock.now + timeout
        do { return try await attempt(request, until: end) } catch {
            guard !Task.isCancelled, (error as? HTTPClientError) == .remoteConnectionClosed else {
                throw failure(error)
            }
        }
        // The agent may have closed a connection just when it was taken from the pool. All that is asked may be asked twice.
        do { return try await attempt(request, until: end) } catch { throw failure(error) }
    }

    /// Begins an answer that goes on, having looked whose socket it is.
    ///
    /// - Parameter target: The path and query, encoded.
    /// - Returns: what comes, until either end closes it.
    /// - Throws: ``CredentialError`` `misconfigured`, `unavailable`, also for any status but 200; `CancellationError`.
    func open(_ target: String) async throws -> HTTPClientResponse.Body {
        let request = try request(.GET, target)
        do {
            let answer = try await http.execute(request, deadline: .distantFuture)
            guard answer.status == .ok else { throw place.breach }
            return answer.body
        } catch { throw failure(error) }
    }

    private func request(_ method: HTTPMethod, _ target: String) throws(CredentialError) -> HTTPClientRequest {
        try place.confirm(asGuest: ticket != nil)
        var request = HTTPClientRequest(url: "http+unix://" + FormText.encoded(place.path) + target)
        request.method = method
        request.headers.add(name: "Host", value: "coffer")
        if let ticket {
            request.headers.add(name: "Authorization", value: ticket.withExposedText { "Bearer \($0)" })
        }
        return request
    }

    private func attempt(_ request: HTTPClientRequest, until end: ContinuousClock.Instant) async throws -> AgentReply {
        try await withThrowingTaskGroup(of: AgentReply.self) { group in
            group.addTask { [http] in
                let answer = try await http.execute(request, deadline: .distantFuture)
                let body = try await answer.body.collect(upTo: Self.byteLimit)
                return AgentReply(status: Int(answer.status.code), body: Secret(bytes: body.readableBytesView))
            }
            group.addTask {
                try await ContinuousClock().sleep(until: end)
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    /// Says nothing of what the library says: it may quote the request.
    private func failure(_ error: any Error) -> any Error {
        if Task.isCancelled { return CancellationError() }
        switch error {
        case is NIOTooManyBytesError:
            return CredentialError(.damaged, message: "what answers at \(place.path) says more than an agent does")
        case let error as HTTPClientError where Self.timeouts.contains(error):
            return place.lateness
        default:
            return place.breach
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
    ]
}
