// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The success answer of the token endpoint, as sent.
///
/// Members as documented in https://www.amocrm.ru/developers/content/oauth/step-by-step; there is no `scope`.
struct IssuedPair: Encodable, Sendable {
    let tokenType = "Bearer"
    /// Whole seconds.
    let expiresIn: Int
    let accessToken: String
    let refreshToken: String
    /// Seconds since 1970; in Kommo's reference only.
    let serverTime: Int?

    enum CodingKeys: String, CodingKey {
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case serverTime = "server_time"
    }
}
