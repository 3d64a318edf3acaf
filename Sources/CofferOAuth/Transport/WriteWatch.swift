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
final class WriteWatch: Sendable {
    private struct Passed {
        var out = false
        var back = false
    }

    private let passed = Mutex(Passed())

    /// Whether bytes of the request were handed to the connection since the last ``reset()``.
    var hasWritten: Bool { passed.withLock(\.out) }

    /// Whether bytes of an answer have come since then.
    var hasRead: Bool { passed.withLock(\.back) }

    /// Begins to watch the next request.
    func reset() { passed.withLock { $0 = Passed() } }

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

        init(watch: WriteWatch) { self.watch = watch }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            watch.passed.withLock { $0.out = true }
            context.write(data, promise: promise)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            watch.passed.withLock { $0.back = true }
            context.fireChannelRead(data)
        }
    }
}
