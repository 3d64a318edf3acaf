// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// GitLab's Applications API: the instance's applications, each with one secret that is shown when it is made.
///
/// Source, read 2026-11-22: https://docs.gitlab.com/api/applications/.
struct EmulatedGitLab: EmulatedAdministration {
    func refusal(_ status: Int, _ words: String) -> Reply { .tree(["message": words], status: status) }

    func answer(_ call: AdministrationCall, _ held: inout HeldSecrets) -> Reply {
        let path = call.path
        guard path.count >= 3, Array(path[0..<3]) == ["api", "v4", "applications"] else { return missing }
        let rows = call.integrations.enumerated().map { (id: $0.offset + 1, client: $0.element) }
        switch (call.method, Array(path.dropFirst(3))) {
        case ("GET", []):
            let page = Int(call.query["page"] ?? "1") ?? 1
            let length = Int(call.query["per_page"] ?? "20") ?? 20
            return .tree(rows.dropFirst((page - 1) * length).prefix(length).map { Self.show($0.id, $0.client) })
        case ("POST", let rest) where rest.count == 2 && rest[1] == "renew-secret":
            guard let row = rows.first(where: { "\($0.id)" == rest[0] }) else { return missing }
            let secret = HeldSecret("gloas-\(OpaqueText.clientSecret())", createdAt: call.now)
            held[row.client.clientID] = [secret]
            return .tree(Self.show(row.id, row.client).merging(["secret": secret.value]) { $1 })
        default: return missing
        }
    }

    private var missing: Reply { refusal(404, "404 Not found") }

    private static func show(_ id: Int, _ client: Integration) -> [String: Any] {
        [
            "id": id, "application_id": client.clientID, "application_name": client.name,
            "callback_url": client.redirectURI, "confidential": true,
        ]
    }
}
