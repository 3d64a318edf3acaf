// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Microsoft Graph's `addPassword` and `removePassword`: any number of client secrets, each shown once.
///
/// Sources, read 2026-11-22: https://learn.microsoft.com/graph/api/application-addpassword,
/// https://learn.microsoft.com/graph/api/application-removepassword and
/// https://learn.microsoft.com/graph/api/resources/passwordcredential.
struct EmulatedEntra: EmulatedAdministration {
    func refusal(_ status: Int, _ words: String) -> Reply {
        let code = status == 401 ? "InvalidAuthenticationToken" : "Request_BadRequest"
        return .tree(["error": ["code": code, "message": words]], status: status)
    }

    func answer(_ call: AdministrationCall, _ held: inout HeldSecrets) -> Reply {
        guard call.path.count >= 2, call.path[0] == "v1.0",
            let client = call.integrations.first(where: { "applications(appId='\($0.clientID)')" == call.path[1] })?
                .clientID
        else { return refusal(404, "Resource does not exist.") }
        switch (call.method, Array(call.path.dropFirst(2))) {
        case ("GET", []):
            return .tree(["appId": client, "passwordCredentials": held[client].map { Self.show($0, call) }])
        case ("POST", ["addPassword"]):
            let label = (call.body["passwordCredential"] as? [String: Any])?["displayName"] as? String
            let random = OpaqueText.clientSecret()
            let secret = HeldSecret("\(random.prefix(3))8Q~\(random.suffix(34))", label: label, createdAt: call.now)
            held[client].append(secret)
            return .tree(Self.show(secret, call).merging(["secretText": secret.value]) { $1 })
        case ("POST", ["removePassword"]):
            guard let index = held[client].firstIndex(where: { $0.id == call.body["keyId"] as? String }) else {
                return refusal(400, "No password credential found with the key id.")
            }
            held[client].remove(at: index)
            return .noContent
        default: return refusal(404, "Resource does not exist.")
        }
    }

    private static func show(_ secret: HeldSecret, _ call: AdministrationCall) -> [String: Any] {
        [
            "keyId": secret.id, "displayName": secret.label as Any? ?? NSNull(), "hint": String(secret.value.prefix(3)),
            "secretText": NSNull(), "startDateTime": call.text(secret.createdAt),
        ]
    }
}
