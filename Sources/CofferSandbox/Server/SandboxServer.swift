// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The network side: TLS and HTTP/1.1 on 127.0.0.1 around one emulated service.
struct SandboxServer: Sendable {
    let service: SandboxService
    let tls: TLSConfiguration
    private let connections = OpenConnections()

    init(service: SandboxService, tls: TLSConfiguration) {
        self.service = service
        self.tls = tls
    }

    /// Serves until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Parameter ready: called once, when the port is bound and before the first connection is accepted.
    /// - Throws: ``SandboxError`` with code `cannot_listen` if the port is taken.
    func run(ready: @escaping @Sendable (_ port: Int) -> Void) async throws {
        let configuration = service.configuration
        let connections = connections
        let service = service
        let isBound = Mutex(false)
        let application = Application(
            responder: SandboxResponder(service: service, connections: connections),
            server: try .tls(
                .http1(configuration: .init(additionalChannelHandlers: [ConnectionWatch(connections)])),
                tlsConfiguration: tls),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: configuration.port), serverName: nil),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? configuration.port
                service.listens(on: port)
                isBound.withLock { $0 = true }
                ready(port)
            },
            logger: configuration.logger)
        do {
            try await application.run()
        } catch  where !isBound.withLock({ $0 }) && !(error is CancellationError) {
            throw SandboxError(.cannotListen, "Port \(configuration.port) on 127.0.0.1 could not be opened.")
        }
    }

    /// Closes every connection, so that ``run(ready:)`` can end.
    func closeConnections() {
        connections.closeAll()
    }
}
