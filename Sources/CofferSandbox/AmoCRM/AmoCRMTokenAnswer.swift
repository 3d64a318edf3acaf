// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The success answer of the token endpoint, as sent.
///
/// Members as documented in https://www.amocrm.ru/developers/content/oauth/step-by-step; there is no `scope`.
struct AmoCRMTokenAnswer: Encodable, Sendable {
    let tokenType = "Bearer"
    /// Whole seconds.
    let expiresIn: Int
    let accessToken: String
    let refreshToken: String
    /// Seconds since 1970; in Kommo's reference only (https://developers.kommo.com/reference/get-token).
    let serverTime: Int?
}
