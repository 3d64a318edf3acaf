// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Keycloak's Admin REST API: the realm `rotating` has the client-policy executor for secret rotation, others have not.
///
/// Sources, read 2026-11-19: https://www.keycloak.org/docs-api/latest/rest-api/index.html (clients, client-secret,
/// client-secret/rotated), https://www.keycloak.org/docs/latest/server_admin/#_secret_rotation. That a rotated secret which
/// is none is 404 is read in `ClientResource.java`; the time after which it ends by itself is left out.
struct EmulatedKeycloak: EmulatedAdministration {
    func refusal(_ status: Int, _ words: String) -> Reply { .tree(["error": words], status: status) }

    func answer(_ call: AdministrationCall, _ held: inout HeldSecrets) -> Reply {
        let path = call.path
        guard path.count >= 4, path[0] == "admin", path[1] == "realms", path[3] == "clients" else { return missing }
        let keepsTwo = path[2] == "rotating"
        if path.count == 4, call.method == "GET" {
            let found = call.integrations.filter { $0.clientID == call.query["clientId"] }
            return .tree(found.map { ["id": Self.id($0), "clientId": $0.clientID] })
        }
        guard path.count >= 6, path[5] == "client-secret",
            let client = call.integrations.first(where: { Self.id($0) == path[4] })?.clientID
        else { return missing }
        switch (call.method, path.dropFirst(6).first) {
        case ("GET", nil): return Self.show(held[client].last)
        case ("POST", nil):
            let old = keepsTwo ? held[client].suffix(1) : []
            held[client] = old + [HeldSecret(OpaqueText.clientSecret(), createdAt: call.now)]
            return Self.show(held[client].last)
        case ("GET", "rotated"): return held[client].count == 2 ? Self.show(held[client].first) : missing
        case ("DELETE", "rotated"):
            guard held[client].count == 2 else { return missing }
            held[client].removeFirst()
            return .noContent
        default: return missing
        }
    }

    private var missing: Reply { refusal(404, "Could not find it") }

    private static func show(_ secret: HeldSecret?) -> Reply {
        .tree(["type": "secret", "value": secret?.value ?? ""])
    }

    /// Keycloak's own id of a client is not the client's.
    private static func id(_ integration: Integration) -> String { "0-\(integration.clientID)" }
}
