// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What an access token of amoCRM's says.
///
/// `aud`, `sub`, `jti`, `iat`, `nbf`, `exp` are thephpleague/oauth2-server's (assumed); `api_domain` is documented in
/// https://www.amocrm.ru/developers/content/oauth/account-subdomain-info and account, user, client and scopes in
/// https://www.amocrm.ru/developers/content/oauth/oauth; their spelling was observed in clients.
struct AmoCRMClaims: Encodable {
    let aud: String
    let jti: String
    let iat: Int
    let nbf: Int
    let exp: Int
    let sub: String
    let grantType = ""
    let accountID: Int
    let baseDomain: String
    let version = 2
    let scopes = ["crm", "notifications"]
    let apiDomain: String

    enum CodingKeys: String, CodingKey {
        case aud, jti, iat, nbf, exp, sub, version, scopes
        case grantType = "grant_type"
        case accountID = "account_id"
        case baseDomain = "base_domain"
        case apiDomain = "api_domain"
    }
}
