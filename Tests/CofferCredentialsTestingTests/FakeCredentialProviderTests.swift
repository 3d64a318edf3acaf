// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Testing

@Suite("FakeCredentialProvider") struct FakeCredentialProviderTests {
    @Test func `without an answer it knows nothing`() async throws {
        let fake = FakeCredentialProvider()
        let request = CredentialRequest(path: try CredentialPath("main/a"))
        await #expect(throws: CredentialError(.notFound, message: "")) { try await fake.credential(for: request) }
        #expect(fake.requests == [request])
    }

    @Test func `it keeps the contract of a provider`() async throws {
        let path = try CredentialPath("main/a")
        let conformance = CredentialProviderConformance(known: path, unknown: try CredentialPath("main/b"))
        try await conformance.check { FakeCredentialProvider(Credential(path: path, value: Secret("x"))) }
    }

    @Test func `an answer that is held back is given when released, as it is then`() async throws {
        let path = try CredentialPath("main/a")
        let fake = FakeCredentialProvider(Credential(path: path, value: Secret("before")))
        fake.hold()
        async let answer = fake.credential(for: CredentialRequest(path: path))
        await fake.waitForRequests(1)
        fake.answer { Credential(path: $0.path, value: Secret("after")) }
        fake.release()
        #expect(try await answer.value == Secret("after"))
    }
}
