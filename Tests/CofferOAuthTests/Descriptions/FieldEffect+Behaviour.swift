// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import CofferDrivers
import CofferRotation

@testable import CofferOAuth

/// What fields change in how errors are judged, what proves a secret or a token, and what a person is told.
extension FieldEffect {
    static let behaviour: [FieldEffect] = [
        FieldEffect(
            field: "errors.dialect", value: "amocrm", seen: ("unprocessed configuration", "refused revoked")
        ) { try await $0.outcome(401, #"{"hint":"Token has been revoked"}"#).summary },
        FieldEffect(
            field: "errors.rules", value: "[{status: [418], means: payment}]",
            seen: ("unprocessed configuration", "unprocessed payment")
        ) { try await $0.outcome(418, "{}").summary },
        FieldEffect(
            field: "probes.secret", beside: ["endpoints.revocation": "https://as.example.com/revoke"],
            value: "revocation", seen: ("nothing", "https://as.example.com/revoke")
        ) { entry in
            let transport = ScriptedTransport(200, "")
            _ = await SecretProbe(client: Fixtures.client(transport)).probe(try entry.app)
            return transport.requests.first?.destination.url.description ?? "nothing"
        },
        FieldEffect(
            field: "probes.token", without: "{api: \"https://as.example.com/me\"}",
            value: "{api: \"https://as.example.com/me\", scheme: OAuth}",
            seen: ("GET https://as.example.com/me | Bearer A", "GET https://as.example.com/me | OAuth A")
        ) { try await $0.probed },
        FieldEffect(
            field: "api.token", beside: ["probes.token": "{api: \"https://as.example.com/me\"}"],
            value: "{header: X-Key}",
            seen: ("GET https://as.example.com/me | Bearer A", "GET https://as.example.com/me | X-Key: A")
        ) { try await $0.probed },
        FieldEffect(field: "account", value: "{answer: who.id}", seen: ("none", "7")) {
            try await $0.tokens(#"{"access_token":"A","who":{"id":7}}"#)?.accountID ?? "none"
        },
        FieldEffect(
            field: "webhooks",
            value: "[{name: order, method: shared_token, place: header, field: X-Token, key: own}]",
            seen: ("no_proof", "order")
        ) { entry in
            let check = WebhookCheck(try entry.app, now: Fixtures.moment) { $0.elementsEqual($1) }
            let request = try WebhookRequest(target: "/", headers: [("X-Token", "made-up")], body: Secret(""))
            do {
                return try await check.check(request, by: try check.proof(of: request), key: Secret("made-up")).name
            } catch let error as WebhookError {
                return error.code.rawValue
            }
        },
    ]

    private static let slow = "{amount: 1, interval: 5s, burst: 1, scope: app}"

    static let limits: [FieldEffect] = [
        FieldEffect(field: "rate_limits.token", value: slow, seen: ("at once", "in 5 s")) { entry in
            let pacer = RequestPacer(clock: ManualClock())
            let app = try entry.app
            _ = try await pacer.approach(app, account: "a")
            return try await delay { _ = try await pacer.approach(app, account: "b", within: .zero) }
        },
        FieldEffect(
            field: "rate_limits.api", beside: ["rate_limits.token": "{amount: 9, interval: 1s, burst: 9}"],
            value: "[{amount: 9, interval: 1s, burst: 9}, \(slow)]", seen: ("at once", "in 5 s")
        ) { entry in
            let pacer = RequestPacer(clock: ManualClock())
            let app = try entry.app
            try await pacer.pace(PacedAPI(app, account: "a"), within: .seconds(1))
            return try await delay { try await pacer.pace(PacedAPI(app, account: "b"), within: .milliseconds(1)) }
        },
    ]

    /// How far away the place is that a second request gets.
    private static func delay(of request: () async throws -> Void) async throws -> String {
        do {
            try await request()
            return "at once"
        } catch let error as OAuthError {
            return "in \(error.retryAfter?.components.seconds ?? -1) s"
        }
    }

    static let secret: [FieldEffect] = [
        FieldEffect(field: "client_secret.replacement", value: "rfc7592", seen: ("operator", "rfc7592")) { entry in
            var app = try entry.app
            app.registration = RegistrationAccess(uri: "https://as.example.com/reg/1", token: Secret("T"))
            return DriverTable.name(for: app)
        },
        FieldEffect(
            field: "client_secret.title", value: "Press the button",
            seen: (
                "Replace the client secret at the provider (client_id client)", "Press the button (client_id client)"
            )
        ) { try $0.told.title },
        FieldEffect(
            field: "client_secret.steps", value: "[Open it, Press it]",
            seen: ("Open the settings of this application at the provider.", "Open it")
        ) { try $0.told.steps.first ?? "none" },
        FieldEffect(
            field: "client_secret.link", value: "https://as.example.com/apps",
            seen: ("none", "https://as.example.com/apps")
        ) { try $0.told.link ?? "none" },
        FieldEffect(field: "client_secret.pattern", value: "\"[0-9]{4}\"", seen: ("taken", "unusable_secret")) {
            let driver = DriverTable.person(for: try $0.app)
            do {
                _ = try driver.check(Secret("abc"), old: nil)
                return "taken"
            } catch let error as RotationError {
                return error.code.rawValue
            }
        },
        FieldEffect(
            field: "client_secret.changes_client_id", value: "true",
            seen: (
                "Copy the new client secret.",
                "The client id changes with the secret: give Coffer both (--client-id has the id), and connect the accounts again."
            )
        ) { try $0.told.steps.last ?? "none" },
        FieldEffect(
            field: "client_secret.overlap", value: "until_removed",
            seen: ("Copy the new client secret.", "Remove the old client secret there: it is in force until then.")
        ) { try $0.told.steps.last ?? "none" },
        FieldEffect(
            field: "client_secret.tokens_survive", value: "false",
            seen: (
                "Copy the new client secret.",
                "Tokens end with the old secret: accounts may have to be connected again."
            )
        ) { try $0.told.steps.last ?? "none" },
        FieldEffect(
            field: "client_secret.also_signs", value: "webhooks",
            seen: (
                "Copy the new client secret.",
                "The secret also signs webhooks: give the new one to whatever checks that."
            )
        ) { try $0.told.steps.last ?? "none" },
        FieldEffect(field: "client_secret.propagation", value: "30s", seen: ("0", "30")) {
            let time = DriverTable.propagation(named: RotationPlan.operatorDriver, for: try $0.app)
            return "\(time.components.seconds)"
        },
    ]
}

extension CatalogueEntry {
    /// The request that asks whether a token lives.
    fileprivate var probed: String {
        get async throws {
            let transport = ScriptedTransport(200, "{}")
            _ = await TokenProbe(client: Fixtures.client(transport)).probe(
                try app, accessToken: Secret("A"), accountHost: nil)
            return transport.requests.first?.line ?? "nothing"
        }
    }

    /// What a person is told to do when the secret is to be replaced.
    fileprivate var told: OperatorRequest {
        get throws {
            let app = try app
            return DriverTable.person(for: app).request(for: app)
        }
    }
}
