// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// What amoCRM and Kommo would send to addresses of an integration's; the sandbox sends none by itself.
extension Sandbox {
    /// The query of the notice that an account switched the integration off, which ends the account's grants first.
    ///
    /// `signature` is HMAC-SHA256 over both ids, without a time (https://www.amocrm.ru/developers/content/oauth/step-by-step).
    ///
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such account or the provider is another one.
    package func removalNotice(account name: String) throws -> String {
        let account = try amoCRMAccount(name)
        try revokeAccess(of: name)
        let message = Data("\(integration.clientID)|\(account.id)".utf8)
        let signature = HMAC<SHA256>.authenticationCode(for: message, using: signingKey)
        return Fields.form([
            ("account_id", String(account.id)), ("client_uuid", integration.clientID),
            ("signature", OpaqueText.hex(signature)),
        ])
    }

    /// The one-time token that a widget's request carries in `X-Auth-Token`
    /// (https://www.amocrm.ru/developers/content/oauth/disposable-tokens).
    ///
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such account or the provider is another one.
    package func widgetToken(account name: String) throws -> String {
        let account = try amoCRMAccount(name)
        let address = URLComponents(string: integration.redirectURI)
        let now = Int(service.configuration.now().timeIntervalSince1970)
        let claims = WidgetClaims(
            iss: "https://\(host(of: account))", aud: "\(address?.scheme ?? "https")://\(address?.host ?? "")",
            jti: UUID().uuidString.lowercased(), iat: now, nbf: now, exp: now + 1800, accountID: account.id,
            userID: 87_654_321, subdomain: account.name, clientUUID: integration.clientID)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let signed =
            Base64URL.text(Data(#"{"alg":"HS256","typ":"JWT"}"#.utf8)) + "."
            + Base64URL.text(try encoder.encode(claims))
        let signature = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: signingKey)
        return signed + "." + Base64URL.text(Data(signature))
    }

    private var signingKey: SymmetricKey { SymmetricKey(data: Data(integration.clientSecret.utf8)) }

    private func amoCRMAccount(_ name: String) throws -> Account {
        guard provider == .amocrm || provider == .kommo else {
            throw SandboxError(.unknownName, "Only amoCRM and Kommo send such requests.")
        }
        return try account(name)
    }
}

/// What such a token says.
private struct WidgetClaims: Encodable {
    let iss: String
    let aud: String
    let jti: String
    let iat: Int
    let nbf: Int
    let exp: Int
    let accountID: Int
    let userID: Int
    let subdomain: String
    let clientUUID: String

    enum CodingKeys: String, CodingKey {
        case iss, aud, jti, iat, nbf, exp, subdomain
        case accountID = "account_id"
        case userID = "user_id"
        case clientUUID = "client_uuid"
    }
}
