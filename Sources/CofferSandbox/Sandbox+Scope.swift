// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs a sandbox for the length of a scope; it has stopped and cleaned up when this returns or throws.
///
/// - Parameters:
///   - configuration: the vendor's numbers and a free port, unless changed.
///   - body: gets the sandbox once it accepts connections.
/// - Returns: what the body returns.
/// - Throws: ``SandboxError`` if it cannot start, or what the body throws.
public func withSandbox<Result: Sendable>(
    _ configuration: SandboxConfiguration = SandboxConfiguration(),
    _ body: (Sandbox) async throws -> Result
) async throws -> Result {
    let service = try SandboxService(configuration)
    // The certificates follow the real clock, as the clients that check them do.
    let authority = try ThrowawayAuthority(domain: service.provider.label + ".localhost", now: Date())
    let folder = try SandboxFolder(configuration.folder)
    defer { folder.clean() }
    try folder.write(Data(authority.certificatePEM.utf8), to: "ca.pem")
    let server = SandboxServer(service: service, tls: try authority.configuration(swapping: service))
    let (starts, signal) = AsyncStream.makeStream(of: Swift.Result<Int, any Error>.self)

    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            do {
                try await server.run { signal.yield(.success($0)) }
                signal.yield(.failure(CancellationError()))
            } catch {
                signal.yield(.failure(error))
            }
        }
        defer {
            server.closeConnections()
            group.cancelAll()
        }
        var iterator = starts.makeAsyncIterator()
        guard let start = await iterator.next() else { throw CancellationError() }
        let sandbox = Sandbox(
            service: service, port: try start.get(), caFile: folder.path(of: "ca.pem"), folder: folder.path)
        return try await body(sandbox)
    }
}
