// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What the token endpoint was asked, checked for presence.
///
/// Every field is required, `redirect_uri` on refresh too, which RFC 6749 does not ask for
/// (https://www.amocrm.ru/developers/content/oauth/step-by-step).
struct AmoCRMTokenRequest: Sendable {
    /// What is exchanged for the new pair.
    enum Offer: Sendable {
        case code(String)
        case refreshToken(String)
    }

    let clientID: String
    let clientSecret: String
    let redirectURI: String
    let offer: Offer

    /// Reads the fields; the order in which missing ones are named is assumed (grant type, then client, then the rest).
    init(_ fields: Fields) throws(AmoCRMRefusal) {
        let grantType = try Self.require("grant_type", in: fields)
        guard grantType == "authorization_code" || grantType == "refresh_token" else {
            throw .unknownGrantType
        }
        clientID = try Self.require("client_id", in: fields)
        clientSecret = try Self.require("client_secret", in: fields)
        redirectURI = try Self.require("redirect_uri", in: fields)
        offer =
            grantType == "refresh_token"
            ? .refreshToken(try Self.require("refresh_token", in: fields))
            : .code(try Self.require("code", in: fields))
    }

    private static func require(_ name: String, in fields: Fields) throws(AmoCRMRefusal) -> String {
        guard let value = fields[name], !value.isEmpty else { throw .missing(name) }
        return value
    }
}
