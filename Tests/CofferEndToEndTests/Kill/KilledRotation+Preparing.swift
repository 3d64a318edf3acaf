// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Testing

extension KilledRotation {
    /// The static secret before any rotation.
    static let oldValue = "MARKER-made-up-old-0123456789"

    /// Sets what replaces the secret.
    func prepare() async throws {
        switch hands {
        case .person, .personAnew, .personBeside: return
        case .program: try await addValue()
        case .personWithTwo: try await addDescribedApp("twofold", "{overlap: until_removed}")
        case .registration: try await register()
        case .auth0:
            // The vendor's 30 s would pass for real in every rotation.
            try await addDescribedApp("quick", "{overlap: none, propagation: 100ms}")
            try await setAPI()
        case .okta, .microsoft, .gitlab, .keycloak, .keycloakWithTwo, .keycloakUntold: try await setAPI()
        }
    }

    /// The vendor's API, with the administrator's token in the vault.
    private func setAPI() async throws {
        let vendor = try #require(hands.vendor)
        try await world.succeed("put", "main/idp-admin", input: .text(Self.administrator + "\n"))
        let url = "\(world.sandbox.baseURL)/administration/\(vendor)\(hands.place)"
        try await world.succeed(
            ["app", "driver", app, "--api", vendor, "--admin-url", url, "--credential", "main/idp-admin"]
                + (hands == .keycloakWithTwo ? ["--two-secrets"] : []))
    }

    /// An app that was registered (RFC 7591), so that there is a way to its registration.
    private func register() async throws {
        try await world.succeed(
            "app", "add", app, "--issuer", world.sandbox.baseURL, "--ca-file", world.sandbox.caFile, "--register",
            "--redirect-uri", world.sandbox.integration.redirectURI, "--scope", "read")
        try await world.connect(Self.account, as: "\(app)/\(Self.account)")
    }

    /// An app at a provider of one's own, and an account of it.
    private func addDescribedApp(_ id: String, _ secretFacts: String) async throws {
        try await world.addDescribedApp(app, of: id, secretFacts: secretFacts)
        try await world.connect(Self.account, as: "\(app)/\(Self.account)")
    }

    /// A static secret of which there may be two, and the program that replaces it.
    private func addValue() async throws {
        let program = try #require(replacing)
        try await world.succeed("put", app, input: .text(Self.oldValue))
        try await world.succeed("rotate", "driver", app, "--command", program.path, "--two-secrets")
    }
}
