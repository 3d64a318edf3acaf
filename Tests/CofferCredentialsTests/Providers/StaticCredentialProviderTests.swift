// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Foundation
import Testing

@Suite("StaticCredentialProvider") struct StaticCredentialProviderTests {
    private let path: CredentialPath
    private let clock = ManualClock()

    init() throws {
        path = try CredentialPath("main/a")
    }

    @Test func `it keeps the contract of a provider`() async throws {
        let conformance = CredentialProviderConformance(known: path, unknown: try CredentialPath("main/b"))
        try await conformance.check { .static(Credential(path: path, value: Secret("x"))) }
    }

    @Test func `it hands out what it was given`() async throws {
        let given = Credential(
            path: path, value: Secret("x"), tokenType: "Bearer", expiresAt: .distantFuture, scope: "crm",
            accountURL: "https://acme.amocrm.ru", version: 3)
        let provider: any CredentialProvider = .static(given)
        #expect(try await provider.credential(for: CredentialRequest(path: path)) == given)
    }

    @Test(
        arguments: [("", nil, nil), (" ", nil, nil), (nil, "", nil), (nil, nil, " ")] as [(String?, String?, String?)])
    func `an empty scope, audience or resource is a mistake, and not all there is`(
        _ scope: String?, _ audience: String?, _ resource: String?
    ) async throws {
        let provider: any CredentialProvider = .caching(.static(Credential(path: path, value: Secret("x"))))
        let request = CredentialRequest(path: path, scope: scope, audience: audience, resource: resource)
        let error = await #expect(throws: CredentialError.self) { try await provider.credential(for: request) }
        #expect(error?.code == .misconfigured && error?.message.contains("is empty") == true)
    }

    @Test func `of two credentials with one path the later is kept`() async throws {
        let provider = StaticCredentialProvider([
            Credential(path: path, value: Secret("old")), Credential(path: path, value: Secret("new")),
        ])
        #expect(try await provider.credential(for: CredentialRequest(path: path)).value == Secret("new"))
    }

    @Test func `a credential is handed out while it works for long enough`() async throws {
        let clock = clock
        let given = Credential(path: path, value: Secret("x"), expiresAt: clock.date.addingTimeInterval(100))
        let provider = StaticCredentialProvider([given], now: { clock.date })
        let request = CredentialRequest(path: path, minimumValidity: .seconds(40))
        clock.advance(by: .seconds(60))
        #expect(try await provider.credential(for: request) == given)
        clock.advance(by: .milliseconds(1))
        await #expect(throws: CredentialError(.expired, message: "")) { try await provider.credential(for: request) }
        #expect(try await provider.credential(for: CredentialRequest(path: path)) == given)
        clock.advance(by: .seconds(40))
        await #expect(throws: CredentialError(.expired, message: "")) {
            try await provider.credential(for: CredentialRequest(path: path))
        }
    }
}
