// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Synchronization
import Testing

@Suite struct `A limit behind other providers` {
    private let credential: Credential

    init() throws { credential = Credential(path: try CredentialPath("main/a"), value: Secret("x")) }

    /// A client of an API sees any provider, and asks whether it is a limit.
    private func use(_ provider: any CredentialProvider) async throws {
        let limit = try #require(provider as? any RequestLimit)
        try await limit.wait(for: credential, atMost: .seconds(9))
        try await limit.wait(for: credential, atMost: .seconds(9))
        await limit.report(limited: credential, retryAfter: .seconds(7))
    }

    @Test func `holds requests back through a cache, in which all the tokens are`() async throws {
        let vault = LimitedProvider()
        try await use(.caching(vault))
        #expect(vault.waits == [credential.path, credential.path])
        #expect(vault.longest == [.seconds(9), .seconds(9)])
        #expect(vault.reports == [.seconds(7)])
    }

    @Test func `holds requests back through a chain, wherever it stands`() async throws {
        let (vault, other) = (LimitedProvider(), LimitedProvider())
        try await use(.chained(.environment([:]), .caching(vault), .chained(.static(), other)))
        #expect(vault.waits == [credential.path, credential.path])
        #expect(other.waits == vault.waits)
        #expect(vault.reports == [.seconds(7)])
        #expect(other.reports == vault.reports)
    }

    @Test func `that is full says so through both`() async throws {
        let chain = ChainedCredentialProvider([CachingCredentialProvider(LimitedProvider(isFull: true))])
        await #expect(throws: CredentialError(.busy, message: "")) {
            try await chain.wait(for: credential, atMost: .seconds(9))
        }
    }

    @Test func `that is none holds nobody back`() async throws {
        try await use(.caching(.static(credential)))
        try await use(.chained(.static(credential)))
    }
}

/// Knows every path and remembers who waited.
private final class LimitedProvider: CredentialProvider, RequestLimit {
    private let seen = Mutex<(waits: [CredentialPath], reports: [Duration?])>(([], []))
    private let times = Mutex<[Duration]>([])
    private let isFull: Bool

    init(isFull: Bool = false) { self.isFull = isFull }

    var waits: [CredentialPath] { seen.withLock { $0.waits } }
    /// How much time the callers had.
    var longest: [Duration] { times.withLock { $0 } }
    var reports: [Duration?] { seen.withLock { $0.reports } }

    func credential(for request: CredentialRequest) async throws -> Credential {
        Credential(path: request.path, value: Secret("x"))
    }
    func report(rejected credential: Credential) async {}
    func wait(for credential: Credential, atMost longest: Duration) async throws {
        times.withLock { $0.append(longest) }
        if isFull { throw CredentialError(.busy, message: "full", path: credential.path) }
        seen.withLock { $0.waits.append(credential.path) }
    }
    func report(limited credential: Credential, retryAfter: Duration?) async {
        seen.withLock { $0.reports.append(retryAfter) }
    }
}
