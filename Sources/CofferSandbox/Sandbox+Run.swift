// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

extension Sandbox {
    /// Runs a sandbox until SIGTERM or SIGINT: the whole of the command.
    ///
    /// Writes ``SandboxFile`` as `sandbox.json` beside `ca.pem`; both are gone when this returns.
    ///
    /// - Parameters:
    ///   - configuration: the settings; give a folder, so that scripts know where to look.
    ///   - onReady: called once, when connections are accepted and the files are there.
    /// - Throws: ``SandboxError`` if it cannot start, or what `onReady` throws.
    package static func run(
        configuration: SandboxConfiguration, onReady: @escaping @Sendable (Sandbox) async throws -> Void
    ) async throws {
        let run = Run(configuration: configuration, onReady: onReady)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: run, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .cancelGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: configuration.logger))
        try await group.run()
    }

    /// The sandbox as a service for a group of the caller's own; it ends with the group's graceful shutdown.
    package struct Run: Service {
        private let configuration: SandboxConfiguration
        private let onReady: @Sendable (Sandbox) async throws -> Void

        /// Makes the service; nothing is opened before it runs.
        package init(
            configuration: SandboxConfiguration, onReady: @escaping @Sendable (Sandbox) async throws -> Void
        ) {
            self.configuration = configuration
            self.onReady = onReady
        }

        /// Serves until the shutdown.
        package func run() async throws {
            try await withSandbox(configuration) { sandbox in
                let file = SandboxFile(sandbox)
                try SandboxFolder(sandbox.folder).write(try file.encoded(), to: "sandbox.json")
                try await onReady(sandbox)
                try await gracefulShutdown()
            }
        }
    }
}
