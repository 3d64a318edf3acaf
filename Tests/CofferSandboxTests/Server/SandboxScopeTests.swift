// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferSandbox
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A sandbox` {
    private struct Stop: Error {}

    @Test func `its files are private and gone afterwards`() async throws {
        let folder = try await withSandbox { sandbox in
            let files = FileManager.default
            let file = try files.attributesOfItem(atPath: sandbox.caFile)
            #expect((file[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            let folder = try files.attributesOfItem(atPath: sandbox.folder)
            #expect((folder[.posixPermissions] as? NSNumber)?.intValue == 0o700)
            let text = try String(contentsOfFile: sandbox.caFile, encoding: .utf8)
            #expect(text.hasPrefix("-----BEGIN CERTIFICATE-----"))
            #expect(!text.contains("PRIVATE"))
            return sandbox.folder
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test func `it stops when the scope fails, and its port is free again`() async throws {
        let port = Box()
        var isFree = false
        // Whoever wants any port may be given this one before it is asked for again.
        for _ in 0..<5 where !isFree {
            await #expect(throws: Stop.self) {
                try await withSandbox { sandbox in
                    await port.set(sandbox.port)
                    throw Stop()
                }
            }
            var configuration = SandboxConfiguration()
            configuration.port = await port.value
            let second = try? await withSandbox(configuration) { $0.port }
            isFree = second == configuration.port
        }
        #expect(isFree)
    }

    @Test func `it stops when the task around it is cancelled`() async throws {
        let started = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await withSandbox { _ in
                started.continuation.yield()
                for await _ in AsyncStream<Void>.makeStream().stream {}
                try Task.checkCancellation()
            }
        }
        for await _ in started.stream { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `a port that is taken is one clear error`() async throws {
        try await withSandbox { first in
            var configuration = SandboxConfiguration()
            configuration.port = first.port
            let error = await #expect(throws: SandboxError.self) { try await withSandbox(configuration) { _ in } }
            #expect(error?.code == .cannotListen)
            #expect(error?.message == "Port \(first.port) on 127.0.0.1 could not be opened.")
        }
    }

    @Test func `a folder that others may enter is refused and left alone`() async throws {
        let path = NSTemporaryDirectory() + "/coffer-sandbox-test-\(UUID().uuidString)"
        let files = FileManager.default
        try files.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        defer { try? files.removeItem(atPath: path) }
        var configuration = SandboxConfiguration()
        configuration.folder = path
        let error = await #expect(throws: SandboxError.self) { try await withSandbox(configuration) { _ in } }
        #expect(error?.code == .folder)
        #expect(try files.contentsOfDirectory(atPath: path).isEmpty)
    }

    @Test(arguments: [["Acme"], ["www"], ["api-a"], ["-a"], ["a.b"], [""], ["acme", "acme"], []])
    func `account names that are no hosts of their own are refused`(names: [String]) async throws {
        var configuration = SandboxConfiguration()
        configuration.accountNames = names
        let error = await #expect(throws: SandboxError.self) { try await withSandbox(configuration) { _ in } }
        #expect(error?.code == .configuration)
    }

    @Test func `account ids are the same in every run and in any order`() async throws {
        var configuration = SandboxConfiguration()
        let ids = try await withSandbox(configuration) { $0.accounts.map(\.id) }
        configuration.accountNames.reverse()
        let reversed = try await withSandbox(configuration) { $0.accounts.map(\.id) }
        #expect(ids == reversed.reversed())
        #expect(ids.allSatisfy { (10_000_000..<100_000_000).contains($0) })
    }

    @Test func `a client that does not trust its authority is not served`() async throws {
        try await withClient { client in
            var settings = HTTPClient.Configuration()
            settings.dnsOverride = ["amocrm.localhost": "127.0.0.1"]
            settings.connectionPool.retryConnectionEstablishment = false
            let stranger = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
            await #expect(throws: (any Error).self) {
                try await stranger.execute(
                    HTTPClientRequest(url: "\(client.sandbox.baseURL)/operator"), timeout: .minutes(1))
            }
            try await stranger.shutdown()
            #expect(client.sandbox.log.records.isEmpty)
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `its certificate is good for the loopback names too`(name: String) async throws {
        try await withClient { client in
            let answer = try await client.send(.GET, "\(name):\(client.sandbox.port)", "/operator")
            #expect(answer.status == 404)
        }
    }

    @Test func `a secret is in no description of an integration`() async throws {
        try await withSandbox { sandbox in
            let integration = sandbox.integration
            var dumped = ""
            dump(integration, to: &dumped)
            for text in ["\(integration)", String(reflecting: integration), dumped] {
                #expect(!text.contains(integration.clientSecret))
            }
        }
    }
}

/// A port carried out of a closure.
private actor Box {
    private(set) var value = 0

    func set(_ value: Int) {
        self.value = value
    }
}
