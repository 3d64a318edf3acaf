// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Testing

@Suite("EnvironmentCredentialProvider") struct EnvironmentCredentialProviderTests {
    private let path: CredentialPath

    init() throws {
        path = try CredentialPath("ci/npm-token")
    }

    @Test func `it keeps the contract of a provider`() async throws {
        let conformance = CredentialProviderConformance(known: path, unknown: try CredentialPath("ci/npm"))
        try await conformance.check { EnvironmentCredentialProvider([path: "NPM_TOKEN"], value: { "value of \($0)" }) }
    }

    @Test func `it hands out the value of the path's variable`() async throws {
        let provider = EnvironmentCredentialProvider([path: "NPM_TOKEN"], value: { "value of \($0)" })
        let credential = try await provider.credential(for: CredentialRequest(path: path))
        #expect(credential.value == Secret("value of NPM_TOKEN"))
        #expect(credential.expiresAt == nil)
    }

    @Test func `a variable that is not set or empty is not ours, and the message names the variable`() async throws {
        for value in [nil, ""] {
            let provider = EnvironmentCredentialProvider([path: "NPM_TOKEN"], value: { _ in value })
            let error = await #expect(throws: CredentialError.self) {
                try await provider.credential(for: CredentialRequest(path: path))
            }
            #expect(error?.code == .notFound)
            #expect(error?.message.contains("NPM_TOKEN") == true)
        }
    }

    @Test func `without anything else said it reads the environment of the process`() async throws {
        let provider: any CredentialProvider = .environment([path: "PATH"])
        #expect(try await !provider.credential(for: CredentialRequest(path: path)).value.isEmpty)
    }
}
