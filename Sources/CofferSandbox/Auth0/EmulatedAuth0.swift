// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Auth0's Management API: one client secret, replaced at once.
///
/// Sources, read 2026-11-22: https://auth0.com/docs/api/management/v2/clients/post-rotate-secret and
/// https://auth0.com/docs/get-started/applications/rotate-client-secret. The 30 s that a new secret may take are left out.
struct EmulatedAuth0: EmulatedAdministration {
    func refusal(_ status: Int, _ words: String) -> Reply {
        .tree(["statusCode": status, "error": "Refused", "message": words], status: status)
    }

    func answer(_ call: AdministrationCall, _ held: inout HeldSecrets) -> Reply {
        let path = call.path
        guard path.count >= 4, Array(path[0..<3]) == ["api", "v2", "clients"],
            let client = call.integrations.first(where: { $0.clientID == path[3] })?.clientID
        else { return refusal(404, "The client does not exist") }
        switch (call.method, Array(path.dropFirst(4))) {
        case ("GET", []): break
        case ("POST", ["rotate-secret"]):
            held[client] = [HeldSecret(OpaqueText.clientSecret(), createdAt: call.now)]
        default: return refusal(404, "Not found")
        }
        return .tree(["client_id": client, "client_secret": held[client].last?.value ?? ""])
    }
}
