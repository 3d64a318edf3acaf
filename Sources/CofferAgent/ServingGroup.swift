// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Logging
package import ServiceLifecycle
package import UnixSignals

/// Services that begin together and end together, as soon as one of them ends.
package enum ServingGroup {
    /// How long is waited for what was under way when it was told to end: 5 s.
    private static let drainTime = Duration.seconds(5)

    /// Runs them until they have ended.
    ///
    /// - Parameters:
    ///   - services: What serves.
    ///   - signals: Which of the process's signals end them.
    ///   - name: Whose they are, in a log's label.
    ///   - draining: Hears that the end has begun.
    /// - Throws: what a service throws; a `ServiceGroupError` or `CancellationError` for what was still under way after the drain time.
    package static func run(
        _ services: [any Service], until signals: [UnixSignal], name: String, draining: @escaping @Sendable () -> Void
    ) async throws {
        var configuration = ServiceGroupConfiguration(
            services: (services + [Farewell(say: draining)]).map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: signals,
            logger: Logger(label: "coffer.\(name)") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = drainTime
        try await ServiceGroup(configuration: configuration).run()
    }
}

extension ServingGroup {
    /// Whether the end of the present task is meant: of any other the server library tells nobody.
    package static var isToldToEnd: Bool { Task.isCancelled || Task.isShuttingDownGracefully }
}

/// Says that the end has begun.
private struct Farewell: Service {
    let say: @Sendable () -> Void

    func run() async throws {
        try await gracefulShutdown()
        say()
    }
}
