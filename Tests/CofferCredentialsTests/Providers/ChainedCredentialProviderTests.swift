// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Testing

@Suite("ChainedCredentialProvider") struct ChainedCredentialProviderTests {
    private let path: CredentialPath
    private let request: CredentialRequest

    init() throws {
        path = try CredentialPath("main/a")
        request = CredentialRequest(path: path)
    }

    @Test func `it keeps the contract of a provider`() async throws {
        let conformance = CredentialProviderConformance(known: path, unknown: try CredentialPath("main/b"))
        try await conformance.check {
            .chained(FakeCredentialProvider(), .static(Credential(path: path, value: Secret("x"))))
        }
    }

    @Test func `the first provider that knows the path answers`() async throws {
        let last = FakeCredentialProvider(Credential(path: path, value: Secret("last")))
        let chain = ChainedCredentialProvider([
            FakeCredentialProvider(), FakeCredentialProvider(Credential(path: path, value: Secret("middle"))), last,
        ])
        #expect(try await chain.credential(for: request).value == Secret("middle"))
        #expect(last.requests.isEmpty)
    }

    @Test(arguments: [CredentialError.Code.expired, .unavailable, .blocked, .noProvider, .rotating])
    func `another failure than not_found ends the search`(code: CredentialError.Code) async throws {
        let broken = FakeCredentialProvider { _ in throw CredentialError(code, message: "broken") }
        let next = FakeCredentialProvider(Credential(path: path, value: Secret("older")))
        await #expect(throws: CredentialError(code, message: "")) {
            try await ChainedCredentialProvider([broken, next]).credential(for: request)
        }
        #expect(next.requests.isEmpty)
    }

    @Test func `a search without result is not_found and names who was asked`() async throws {
        let chain: any CredentialProvider = .chained(FakeCredentialProvider(), .environment([:]), .static())
        let error = await #expect(throws: CredentialError.self) { try await chain.credential(for: request) }
        #expect(error?.code == .notFound)
        #expect(error?.path == path)
        for kind in ["FakeCredentialProvider", "EnvironmentCredentialProvider", "StaticCredentialProvider"] {
            #expect(error?.message.contains(kind) == true)
        }
    }

    @Test func `a chain in a chain behaves as if its members stood in the outer one`() async throws {
        let known = StaticCredentialProvider([Credential(path: path, value: Secret("x"))])
        let chain: any CredentialProvider = .chained(.chained(FakeCredentialProvider()), known)
        #expect(try await chain.credential(for: request).value == Secret("x"))
    }

    @Test func `an empty chain has no provider`() async throws {
        let chain: any CredentialProvider = .chained()
        await #expect(throws: CredentialError(.noProvider, message: "")) { try await chain.credential(for: request) }
    }

    @Test func `a rejection is told to every member`() async throws {
        let members = [FakeCredentialProvider(), FakeCredentialProvider()]
        let credential = Credential(path: path, value: Secret("x"))
        await ChainedCredentialProvider(members).report(rejected: credential)
        #expect(members.map(\.rejections) == [[credential], [credential]])
    }
}
