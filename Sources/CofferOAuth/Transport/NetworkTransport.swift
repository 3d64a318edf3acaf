// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import CofferCredentials
internal import NIOCore
internal import NIOHTTP1

/// The transport over the network: HTTP/1.1, TLS 1.2 or later, one connection a request.
///
/// The name is resolved here, all its addresses are judged, and the connection is pinned to one of
/// them, so that a second answer of DNS cannot lead elsewhere. Connections are not kept: one that the
/// other side has just closed would turn a refresh into an *indeterminate* one. No redirect is
/// followed, no library logs. No coding of the content is asked for; one that comes all the same is undone within the cap,
/// as the tokens in it would be lost otherwise.
package struct NetworkTransport: HTTPTransport {
    /// What is bounded, and by how much.
    package struct Limits: Sendable {
        /// For connection and handshake with one address; 5 s (`contracts.md`).
        package var connect: Duration
        /// For an answer's body in bytes; 1 MiB (`contracts.md`).
        package var bodyByteCount: Int
        /// How many addresses of a host are tried, one after the other.
        package var addresses: Int

        /// States the limits.
        package init(connect: Duration = .seconds(5), bodyByteCount: Int = 1 << 20, addresses: Int = 3) {
            self.connect = connect
            self.bodyByteCount = bodyByteCount
            self.addresses = addresses
        }
    }

    private let resolver: HostResolver
    private let userAgent: String
    private let limits: Limits
    private let pool = ClientPool()

    /// Makes a transport; ``shutdown()`` must be called before it goes.
    ///
    /// - Parameters:
    ///   - userAgent: stable, as amoCRM's filter is suspected to judge it: `coffer/VERSION`.
    ///   - resolver: finds addresses.
    ///   - limits: what is bounded.
    package init(userAgent: String, resolver: HostResolver = .system, limits: Limits = Limits()) {
        self.userAgent = userAgent
        self.resolver = resolver
        self.limits = limits
    }

    /// Closes what is idle; requests under way end by themselves, later ones are not sent.
    package func shutdown() async { await pool.shutdown() }

    /// Sends one request; see ``HTTPTransport/send(_:deadline:)``.
    package func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let end = ContinuousClock.now + deadline
        let host = request.destination.url.host
        let addresses: [IPAddress]
        do {
            addresses = try await resolver.addresses(of: host, within: deadline)
        } catch {
            return .notSent(
                error as? TransportFailure ?? TransportFailure(.resolution, "The name \(host) could not be resolved."))
        }
        // One that is not allowed spoils them all: a name that answers with both is playing games.
        guard let first = addresses.first, addresses.allSatisfy(request.destination.allows) else {
            return .notSent(TransportFailure(.refusedAddress, "The host \(host) has an address that is not allowed."))
        }
        var outcome = await send(request, to: first, until: end)
        for address in addresses.dropFirst().prefix(limits.addresses - 1) {
            guard case .notSent(let failure) = outcome, failure.kind == .connection else { break }
            outcome = Self.outcome(await send(request, to: address, until: end), after: failure)
        }
        return outcome
    }

    private func send(
        _ request: HTTPMessage, to address: IPAddress, until end: ContinuousClock.Instant
    ) async -> TransportOutcome {
        let host = request.destination.url.host
        let key = PinnedClient.Key(
            host: host, address: address, certificateAuthorityPEM: request.trust.certificateAuthorityPEM,
            clientCertificate: request.trust.clientCertificate, roots: SystemRoots.shared.identity())
        let remaining = end - .now
        guard remaining > .zero else {
            return .notSent(TransportFailure(.timedOut, "There was no time left to connect to \(host)."))
        }
        let client: PinnedClient
        do {
            client = try await pool.take(key, connectTimeLimit: limits.connect)
        } catch {
            return .notSent(error)
        }
        client.watch.reset(request.departure)
        let outcome: TransportOutcome
        do {
            let answer = try await perform(request, with: client, within: remaining)
            // Who was asked nothing answers nothing: so servers take leave of an idle connection (RFC 9110 §15.5.9).
            outcome =
                client.watch.hasWritten
                ? .answered(answer)
                : .notSent(TransportFailure(.broken, "\(host) ended the connection before it was asked."))
        } catch {
            let (hasWritten, hasRead) = (client.watch.hasWritten, client.watch.hasRead)
            let failure = TransportFailure(error, host: host, wasConnected: hasWritten)
            outcome = Self.outcome(of: failure, hasWritten: hasWritten, hasRead: hasRead)
            await client.watch.endConnection()
        }
        if case .answered = outcome {
            await pool.giveBack(client, isReusable: true)
        } else {
            await pool.giveBack(client, isReusable: false)
        }
        return outcome
    }

    /// What is certain of a request that broke off.
    ///
    /// A refused certificate ends the server's handshake: what we wrote after ours, as TLS 1.3 has it, reached nobody
    /// (RFC 8446 §4.4.2.4). A server that has begun to answer was past its handshake, whatever its alert says.
    static func outcome(of failure: TransportFailure, hasWritten: Bool, hasRead: Bool) -> TransportOutcome {
        let wasRefusedUnread = failure.kind == .clientCertificate && !hasRead
        return hasWritten && !wasRefusedUnread ? .lost(failure) : .notSent(failure)
    }

    /// What is said when one more address could not be connected to: a host is told of once.
    ///
    /// The last one alone would tell of a slow server at 127.0.0.1 that it refused the connection, as ::1 did.
    static func outcome(_ outcome: TransportOutcome, after failure: TransportFailure) -> TransportOutcome {
        guard case .notSent(let later) = outcome, later.kind == .connection else { return outcome }
        let telling = ConnectionObstacle.telling([failure.obstacle, later.obstacle].compactMap { $0 })
        return .notSent(telling == later.obstacle ? later : failure)
    }

    private func perform(
        _ message: HTTPMessage, with client: PinnedClient, within timeLimit: Duration
    ) async throws -> HTTPAnswer {
        var headers = HTTPHeaders(message.headers.map { ($0.name, $0.value) })
        headers.add(name: "User-Agent", value: userAgent)
        headers.add(name: "Connection", value: "close")
        // Without this field a server may choose (RFC 9110 §12.5.3).
        headers.add(name: "Accept-Encoding", value: "identity")
        // Copies that the libraries make of secrets are theirs, and are not wiped.
        message.authorization?.withExposedText { headers.add(name: "Authorization", value: $0) }
        if let field = message.secretHeader {
            field.value.withExposedText { headers.add(name: field.name, value: $0) }
        }
        let body = message.body.map { secret in
            secret.withExposedBytes { HTTPClient.Body.byteBuffer(ByteBuffer(bytes: $0)) }
        }
        let request = try HTTPClient.Request(
            url: message.destination.url.description, method: HTTPMethod(rawValue: message.method.rawValue),
            headers: headers, body: body)
        let task = client.http.execute(
            request: request,
            delegate: ResponseAccumulator(request: request, maxBodySize: limits.bodyByteCount),
            deadline: .now() + TimeAmount(timeLimit))
        let response = try await withTaskCancellationHandler {
            try await task.futureResult.get()
        } onCancel: {
            task.cancel()
        }
        return HTTPAnswer(
            status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
            body: Secret(bytes: response.body?.readableBytesView ?? ByteBufferView()))
    }
}
