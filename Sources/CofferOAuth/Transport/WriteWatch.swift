// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// Remembers whether anything of the present request went towards the network, and whether anything came back.
///
/// The HTTP client tells when a request's head *was* written, which leaves a moment in which bytes are
/// on their way and it says nothing. So a handler in the connection itself, between the HTTP encoder
/// and TLS, notes the first write and the first read; TLS's own handshake does not pass there.
///
/// There a request waits for its departure, too: with nothing before it any more, neither a name nor a handshake. And from there
/// the connection of a request that was given up is ended.
final class WriteWatch: Sendable {
    private struct Passed {
        var out = false
        var back = false
        /// What the request waits for; nil once it does.
        var departure: (@Sendable () async throws -> Void)?
    }

    /// The connection, once it is established and until it has ended.
    private let connection = Mutex<(any Channel)?>(nil)
    private let passed = Mutex(Passed())

    /// Whether bytes of the request were handed to the connection since the last ``reset()``.
    var hasWritten: Bool { passed.withLock(\.out) }

    /// Whether bytes of an answer have come since then.
    var hasRead: Bool { passed.withLock(\.back) }

    /// Begins to watch the next request, which goes when a departure is over.
    func reset(_ departure: (@Sendable () async throws -> Void)? = nil) {
        passed.withLock { $0 = Passed(departure: departure) }
    }

    /// Ends the connection of a request that was given up, and returns when it has ended.
    ///
    /// TLS's farewell is sent, and the server's is not waited for (RFC 8446 §6.1): one that reads nothing, since it still writes an
    /// answer or makes one, would keep the request under way for five seconds, and what follows would be sent beside it.
    func endConnection() async {
        guard let channel = connection.withLock(\.self) else { return }
        channel.eventLoop.execute {
            channel.close(promise: nil)
            // Below TLS, at once.
            let tls = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self)
            tls?.close(promise: nil)
        }
        try? await channel.closeFuture.get()
    }

    private func takeDeparture() -> (@Sendable () async throws -> Void)? {
        passed.withLock { passed in
            defer { passed.departure = nil }
            return passed.departure
        }
    }

    /// Puts the watching handler into a connection that is established and has carried nothing yet, and
    /// refuses it if its certificate is not for the host.
    func install(in channel: any Channel, host: String) -> EventLoopFuture<Void> {
        channel.eventLoop.submit { [self] in
            let operations = channel.pipeline.syncOperations
            let position: ChannelPipeline.SynchronousOperations.Position
            if let tls = try? operations.handler(type: NIOSSLClientHandler.self) {
                guard CertificateName.matches(host, tls.peerCertificate) else {
                    channel.close(promise: nil)
                    throw TransportFailure(.certificate, "The certificate of \(host) is for another name.")
                }
                position = .after(tls)
            } else {
                position = .first
            }
            try operations.addHandler(Handler(watch: self), position: position)
        }
    }

    private final class Handler: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let watch: WriteWatch
        private var isHeld = false
        private var held: [(data: NIOAny, promise: EventLoopPromise<Void>?)] = []

        init(watch: WriteWatch) { self.watch = watch }

        func handlerAdded(context: ChannelHandlerContext) {
            let channel = context.channel
            watch.connection.withLock { $0 = channel }
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if let departure = watch.takeDeparture() {
                isHeld = true
                let end = context.eventLoop.makeFutureWithTask { try await departure() }
                end.assumeIsolated().whenComplete { result in
                    if case .failure = result { self.giveUp(context) } else { self.letGo(context) }
                }
            }
            guard !isHeld else { return held.append((data, promise)) }
            watch.passed.withLock { $0.out = true }
            context.write(data, promise: promise)
        }

        func flush(context: ChannelHandlerContext) {
            if !isHeld { context.flush() }
        }

        /// Ends the connection of a request that does not depart; what is held is never written.
        private func giveUp(_ context: ChannelHandlerContext) {
            if isHeld { context.close(promise: nil) }
        }

        /// Writes what was held, unless the connection has ended meanwhile.
        private func letGo(_ context: ChannelHandlerContext) {
            guard isHeld else { return }
            isHeld = false
            let parts = held
            held = []
            if !parts.isEmpty { watch.passed.withLock { $0.out = true } }
            for part in parts { context.write(part.data, promise: part.promise) }
            context.flush()
        }

        func handlerRemoved(context: ChannelHandlerContext) {
            watch.connection.withLock { $0 = nil }
            isHeld = false
            let parts = held
            held = []
            for part in parts { part.promise?.fail(ChannelError.ioOnClosedChannel) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            watch.passed.withLock { $0.back = true }
            context.fireChannelRead(data)
        }
    }
}
