// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Okta's Apps API: two client secrets at most, active or not.
///
/// Sources, read 2026-11-22: https://developer.okta.com/docs/guides/client-secret-rotation-key/main/ and
/// https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialOAuth2ClientAuth/.
/// The words of the errors are **assumed**, and that the last active secret can't be deactivated.
struct EmulatedOkta: EmulatedAdministration {
    func refusal(_ status: Int, _ words: String) -> Reply {
        .tree(["errorCode": status == 401 ? "E0000011" : "E0000001", "errorSummary": words], status: status)
    }

    func answer(_ call: AdministrationCall, _ held: inout HeldSecrets) -> Reply {
        let path = call.path
        guard path.count >= 6, Array(path[0..<3]) == ["api", "v1", "apps"],
            Array(path[4..<6]) == ["credentials", "secrets"],
            let client = call.integrations.first(where: { $0.clientID == path[3] })?.clientID
        else { return missing }
        if path.count == 6 {
            switch call.method {
            case "GET": return .tree(held[client].map { Self.show($0, call) })
            case "POST":
                guard held[client].count < 2 else { return refusal(400, "There are two client secrets already.") }
                var secret = HeldSecret(String(OpaqueText.clientSecret().prefix(40)), createdAt: call.now)
                secret.isActive = call.body["status"] as? String != "INACTIVE"
                held[client].append(secret)
                return .tree(Self.show(secret, call), status: 201)
            default: return missing
            }
        }
        guard let index = held[client].firstIndex(where: { $0.id == path[6] }) else { return missing }
        switch (call.method, Array(path.dropFirst(7))) {
        case ("DELETE", []):
            guard !held[client][index].isActive else {
                return refusal(400, "An active client secret can't be deleted.")
            }
            held[client].remove(at: index)
            return .noContent
        case ("POST", ["lifecycle", "deactivate"]):
            guard held[client].count(where: \.isActive) > 1 || !held[client][index].isActive else {
                return refusal(400, "The last active client secret can't be deactivated.")
            }
            held[client][index].isActive = false
            return .tree(Self.show(held[client][index], call))
        case ("POST", ["lifecycle", "activate"]):
            held[client][index].isActive = true
            return .tree(Self.show(held[client][index], call))
        default: return missing
        }
    }

    private var missing: Reply { refusal(404, "Not found") }

    private static func show(_ secret: HeldSecret, _ call: AdministrationCall) -> [String: Any] {
        [
            "id": secret.id, "client_secret": secret.value, "status": secret.isActive ? "ACTIVE" : "INACTIVE",
            "created": call.text(secret.createdAt),
        ]
    }
}
