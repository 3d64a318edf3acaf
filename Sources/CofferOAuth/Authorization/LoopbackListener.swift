// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix

/// Waits on loopback for the browser to come back (RFC 8252 §7.3).
///
/// It listens on 127.0.0.1 and nothing else, on a port that the system chose, and knows one random
/// path; whatever else is asked gets a page that says nothing. It stops after one callback that is
/// the attempt's.
///
/// ```swift
/// let listener = try await LoopbackListener.open { redirectURI in
///     try AuthorizationAttempt(registration, redirectURI: redirectURI)
/// }
/// print(listener.attempt.url)
/// let code = try await listener.callback()
/// ```
package final class LoopbackListener: Sendable {
    /// How long a login may take: 5 min (`contracts.md`).
    package static let loginDeadline = Duration.seconds(300)

    /// What one request may have in all: a callback and the headers of a browser with many cookies.
    private static let requestByteCount = CallbackParser.longestByteCount + 32 * 1024

    /// How long a connection may say nothing: 10 s; browsers open some that they never use.
    private static let idleTime = TimeAmount.seconds(10)

    /// How much randomness the path holds.
    private static let pathByteCount = 16

    /// What the browser is sent out with.
    package let attempt: AuthorizationAttempt

    private let channel: any Channel
    private let inbox: LoopbackInbox

    private init(attempt: AuthorizationAttempt, channel: any Channel, inbox: LoopbackInbox) {
        self.attempt = attempt
        self.channel = channel
        self.inbox = inbox
    }

    deinit {
        channel.close(promise: nil)
    }

    /// How many callbacks came with another `state`: a stale window, or somebody who tries.
    package var strayCount: Int { inbox.strayCount }

    /// Opens a listener.
    ///
    /// - Parameters:
    ///   - registered: the app's registered redirect URI, where the provider compares it: its port and path are
    ///     listened on. Without one the system chooses the port, and the path is random. A registered one without
    ///     a port gets one from the system, which RFC 8252 §7.3 has servers accept.
    ///   - random: gives as many random bytes as it is asked for.
    ///   - makeAttempt: makes the attempt from the listener's redirect URI.
    /// - Returns: a listener that answers already.
    /// - Throws: `OAuthError` with code `unsupported` when no port can be opened or the provider accepts
    ///   no redirect to loopback, or what `makeAttempt` throws.
    package static func open(
        registered: String? = nil, random: (Int) -> [UInt8] = AuthorizationAttempt.systemRandom,
        _ makeAttempt: (_ redirectURI: String) throws -> AuthorizationAttempt
    ) async throws -> LoopbackListener {
        let target = try registered.map(Self.loopbackTarget)
        let inbox = LoopbackInbox()
        let channel: any Channel
        do {
            channel = try await bind(inbox, port: target?.explicitPort ?? 0)
        } catch {
            throw OAuthError(.unsupported, "The loopback port for the browser to come back to can't be opened.")
        }
        do {
            let port = channel.localAddress?.port ?? 0
            let authority = "\(target?.host ?? "127.0.0.1"):\(port)"
            let path = target?.path ?? "/callback/" + hexadecimal(random(pathByteCount))
            let attempt = try makeAttempt("http://\(authority)\(path)")
            guard attempt.registration.provider.authorizationRequest.loopbackRedirect else {
                throw OAuthError(
                    .unsupported,
                    "\(attempt.registration.provider.displayName) redirects to registered addresses only; paste the callback's address."
                )
            }
            inbox.expect(path: path, authority: authority, parser: CallbackParser(attempt))
            return LoopbackListener(attempt: attempt, channel: channel, inbox: inbox)
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// Waits for the one callback that is the attempt's, and stops listening.
    ///
    /// - Parameters:
    ///   - deadline: 5 min unless told.
    ///   - clock: what the deadline is told by.
    /// - Returns: the code, good once.
    /// - Throws: `OAuthError` with code `timed_out`, or what ``CallbackParser/parse(_:)`` throws and is not
    ///   `callback_mismatch`; `CancellationError` when the task is cancelled.
    package func callback(
        deadline: Duration = LoopbackListener.loginDeadline, clock: any Clock<Duration> = ContinuousClock()
    ) async throws -> AuthorizationCode {
        let inbox = inbox
        let timer = Task {
            guard (try? await clock.sleep(for: deadline)) != nil else { return }
            inbox.finish(.failure(OAuthError(.timedOut, "Nobody came back from the browser in time.")))
        }
        defer { timer.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { inbox.wait($0) }
        } onCancel: {
            inbox.finish(.failure(CancellationError()))
        }
        await stop()
        return try result.get()
    }

    /// Stops listening; doing it again does nothing.
    package func stop() async {
        try? await channel.close()
    }

    /// Whether a browser that is sent to this address comes back to this machine, to a listener of ours.
    package static func canListen(for redirectURI: String) -> Bool {
        (try? loopbackTarget(redirectURI)) != nil
    }

    /// Only 127.0.0.1 and localhost by plain HTTP: nobody else's port, and no certificate that we would need.
    private static func loopbackTarget(_ redirectURI: String) throws(OAuthError) -> EndpointURL {
        let url = try EndpointURL(redirectURI)
        guard !url.isSecure, url.host == "127.0.0.1" || url.host == "localhost" else {
            throw OAuthError(.unsupported, "The app's redirect URI is not on loopback; paste the callback's address.")
        }
        return url
    }

    private static func bind(_ inbox: LoopbackInbox, port: Int) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 16)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                guard inbox.connect() else { return channel.close() }
                channel.closeFuture.whenComplete { _ in inbox.disconnect() }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(allTimeout: idleTime))
                    try pipeline.addHandler(ByteCeiling(byteCount: requestByteCount))
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true)
                    try pipeline.addHandler(LoopbackHandler(inbox))
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
