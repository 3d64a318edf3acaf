// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization
import Testing

@testable import CofferCredentialsTesting

@Suite("CredentialProviderConformance") struct CredentialProviderConformanceTests {
    private let known: CredentialPath
    private let unknown: CredentialPath

    init() throws {
        known = try CredentialPath("main/a")
        unknown = try CredentialPath("main/b")
    }

    /// The complaints about providers that answer like this.
    private func complaints(_ answer: @escaping FakeCredentialProvider.Answer) async throws -> [String] {
        try await CredentialProviderConformance(known: known, unknown: unknown)
            .complaints { FakeCredentialProvider(answer) }
    }

    @Test func `a provider that keeps the contract gets no complaint`() async throws {
        let provider = StaticCredentialProvider([Credential(path: known, value: Secret("x"))])
        let conformance = CredentialProviderConformance(known: known, unknown: unknown)
        #expect(try await conformance.complaints { provider } == [])
    }

    @Test func `a provider that hands out anything for everything is found`() async throws {
        let found = try await complaints { Credential(path: $0.path, value: Secret("x")) }
        #expect(found.contains { $0.hasPrefix("an unknown path gets not_found") })
    }

    @Test func `a provider that fails with another code for what is not its own is found`() async throws {
        let known = known
        let found = try await complaints { request in
            guard request.path == known else { throw CredentialError(.unavailable, message: "", path: request.path) }
            return Credential(path: known, value: Secret("x"))
        }
        #expect(found.contains { $0.hasPrefix("an unknown path gets not_found: it failed otherwise") })
    }

    @Test func `a provider that hands out another path's credential is found`() async throws {
        let unknown = unknown
        let found = try await complaints { _ in Credential(path: unknown, value: Secret("x")) }
        #expect(found.contains { $0.hasPrefix("a known path gets its credential") })
    }

    @Test func `a provider that keeps a failure is found`() async throws {
        let known = known
        let found = try await CredentialProviderConformance(known: known, unknown: unknown).complaints {
            let isBroken = Mutex(false)
            return FakeCredentialProvider { request in
                guard request.path == known, !isBroken.withLock({ $0 }) else {
                    isBroken.withLock { $0 = true }
                    throw CredentialError(.notFound, message: "", path: request.path)
                }
                return Credential(path: known, value: Secret("x"))
            }
        }
        #expect(found.contains { $0.hasPrefix("a failure is not kept") })
    }
}
