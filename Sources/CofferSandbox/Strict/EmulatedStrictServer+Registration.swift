// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedStrictServer {
    /// What a client says of itself (RFC 7591 §2), as far as it matters here.
    private struct Registration: Decodable {
        struct Keys: Decodable {
            let keys: [PublicKey]
        }

        let redirectURIs: [String]?
        let method: String?
        let jwks: Keys?
        let name: String?
        let bindsTokens: Bool?
        let clientID: String?
        let clientSecret: String?
        let grantTypes: [String]?
        let statement: String?

        enum CodingKeys: String, CodingKey {
            case jwks
            case redirectURIs = "redirect_uris"
            case method = "token_endpoint_auth_method"
            case name = "client_name"
            case bindsTokens = "dpop_bound_access_tokens"
            case clientID = "client_id"
            case clientSecret = "client_secret"
            case grantTypes = "grant_types"
            case statement = "software_statement"
        }
    }

    /// What only the server may state in an update (RFC 7592 §2.2).
    private static let serverOwned = [
        "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at",
    ]

    /// `POST /register` (RFC 7591 §3), open to everybody, and `GET`, `PUT`, `DELETE /register/ID` (RFC 7592 §2).
    func register(
        _ request: ParsedRequest, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Reply {
        let parts = request.path.split(separator: "/")
        if request.method == "POST", parts.count == 1 {
            var client = StrictClient(method: "client_secret_basic", redirectURIs: [])
            let asked = try read(request, into: &client)
            let integration = Integration(
                name: asked.name ?? "A registered client", clientID: newClientID(),
                clientSecret: Self.needsSecret(client) ? newClientSecret() : "",
                redirectURI: client.redirectURIs.first ?? "")
            client.registrationToken = OpaqueText.hex(byteCount: 32)
            service.ledger.withLock { $0.integrations.append(integration) }
            return keep(client, integration, status: 201, in: service)
        }
        guard parts.count == 2, let integration = service.integration(String(parts[1])),
            var client = state.withLock({ $0.clients[integration.clientID] }), let token = client.registrationToken,
            request.bearerToken == token
        else {
            throw StrictRefusal(
                "invalid_token", "The registration token is wrong.", status: 401,
                headers: [("WWW-Authenticate", "Bearer error=\"invalid_token\"")])
        }
        switch request.method {
        case "GET": return show(client, integration, status: 200, in: service)
        case "PUT": return try update(&client, integration, request, in: service)
        case "DELETE":
            service.ledger.withLock { ledger in
                ledger.revokeGrants { $0.clientID == integration.clientID }
                ledger.integrations.removeAll { $0.clientID == integration.clientID }
            }
            state.withLock { _ = $0.clients.removeValue(forKey: integration.clientID) }
            return Reply(status: 204, contentType: "text/plain", body: Data())
        default: return SandboxService.nothingHere
        }
    }

    /// RFC 7592 §2.2: the client names itself, and may not choose its secret; it gets a new one, and a new token.
    private func update(
        _ client: inout StrictClient, _ integration: Integration, _ request: ParsedRequest, in service: SandboxService
    ) throws(StrictRefusal) -> Reply {
        let names = (try? JSONSerialization.jsonObject(with: request.bytes)) as? [String: Any] ?? [:]
        guard Self.serverOwned.allSatisfy({ names[$0] == nil }) else {
            throw StrictRefusal("invalid_client_metadata", "An update states nothing that is the server's to state.")
        }
        let asked = try read(request, into: &client)
        guard asked.clientID == integration.clientID,
            asked.clientSecret.map({ $0 == integration.clientSecret }) ?? true
        else { throw StrictRefusal("invalid_client_metadata", "The client and its present secret must be named.") }
        client.registrationToken = OpaqueText.hex(byteCount: 32)
        if Self.needsSecret(client) { _ = service.regenerateSecret(of: integration.clientID) }
        let present = service.integration(integration.clientID) ?? integration
        return keep(client, present, status: 200, in: service)
    }

    private static func needsSecret(_ client: StrictClient) -> Bool {
        client.method != "none" && client.method != "private_key_jwt"
    }

    private func read(_ request: ParsedRequest, into client: inout StrictClient) throws(StrictRefusal) -> Registration {
        guard request.header("content-type")?.lowercased().hasPrefix("application/json") == true,
            let asked = try? JSONDecoder().decode(Registration.self, from: request.bytes)
        else { throw StrictRefusal("invalid_client_metadata", "The metadata are no JSON object of the right types.") }
        client.method = asked.method ?? "client_secret_basic"
        let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]
        guard methods.contains(client.method ?? "") else {
            throw StrictRefusal("invalid_client_metadata", "There is no such way to authenticate.")
        }
        client.redirectURIs = asked.redirectURIs ?? []
        // RFC 7591 §2: without the member a client uses codes.
        let usesCodes = asked.grantTypes?.contains("authorization_code") ?? true
        guard !usesCodes || !client.redirectURIs.isEmpty,
            client.redirectURIs.allSatisfy({ URLComponents(string: $0)?.scheme != nil })
        else { throw StrictRefusal("invalid_redirect_uri", "A client that uses codes names its redirect URIs.") }
        client.grantTypes = Set(asked.grantTypes ?? ["authorization_code"])
        // Nobody is trusted to sign statements, so what one says does not count (RFC 7591 §2.3); it comes back.
        guard asked.statement.map({ SignedText($0) != nil }) ?? true else {
            throw StrictRefusal(
                "invalid_software_statement", "The software statement is no JWT (RFC 7591 section 2.3).")
        }
        client.keys = asked.jwks?.keys ?? []
        guard client.method != "private_key_jwt" || !client.keys.isEmpty, client.keys.allSatisfy({ !$0.isPrivate })
        else {
            throw StrictRefusal("invalid_client_metadata", "A client that signs names its public keys in jwks.")
        }
        client.mustProveKey = asked.bindsTokens ?? false
        client.metadata = request.bytes
        return asked
    }

    private func keep(
        _ client: StrictClient, _ integration: Integration, status: Int, in service: SandboxService
    ) -> Reply {
        state.withLock { $0.clients[integration.clientID] = client }
        return show(client, integration, status: status, in: service)
    }

    /// The client information response (RFC 7591 §3.2.1, RFC 7592 §3).
    private func show(
        _ client: StrictClient, _ integration: Integration, status: Int, in service: SandboxService
    ) -> Reply {
        var object = (try? JSONSerialization.jsonObject(with: client.metadata)) as? [String: Any] ?? [:]
        object["client_id"] = integration.clientID
        object["token_endpoint_auth_method"] = client.method
        object["client_secret"] = nil
        if Self.needsSecret(client) {
            object["client_secret"] = integration.clientSecret
            object["client_secret_expires_at"] = 0
        }
        object["registration_access_token"] = client.registrationToken
        object["registration_client_uri"] = "\(issuer(service))/register/\(integration.clientID)"
        let body =
            (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]))
        return Reply(status: status, contentType: "application/json", body: body ?? Data())
    }
}
