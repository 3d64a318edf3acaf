// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A refusal of the token endpoint: a problem document without RFC 6749's `error` member.
///
/// The vendor documents "400, details in the body" only (https://www.amocrm.ru/developers/content/oauth/step-by-step). The
/// members and hints below were observed by others (https://github.com/amocrm/amocrm-api-php/issues and public clients)
/// unless a line says *assumed*: then they are what thephpleague/oauth2-server before 9.0 answers, whose hints
/// the observed ones equal.
struct AmoCRMRefusal: Error, Equatable, Sendable {
    /// The HTTP status, 400 or 401.
    let status: Int
    /// The `hint` member, the only machine-readable reason; absent when the client was refused.
    let hint: String?

    /// `title` as observed: one text for the request, one for the client.
    var title: String { hint == nil ? "Некорректный клиент" : "Некорректный запрос" }

    /// `detail` as observed.
    var detail: String {
        hint == nil
            ? "Авторизация клиента не прошла" : "В запросе отсутствует ряд параметров или параметры невалидны"
    }

    /// `type` as observed.
    static let type = "https://developers.amocrm.ru/v3/errors/OAuthProblemJson"

    /// Unknown client id or wrong secret (amocrm-api-php issue 235).
    static let wrongClient = AmoCRMRefusal(status: 401, hint: nil)
    /// A spent or withdrawn refresh token (amocrm-api-php issues 123, 269, 315).
    static let refreshTokenRevoked = AmoCRMRefusal(status: 401, hint: "Token has been revoked")
    /// A refresh token older than its lifetime.
    ///
    /// Assumed.
    static let refreshTokenExpired = AmoCRMRefusal(status: 401, hint: "Token has expired")
    /// No refresh token of this server.
    ///
    /// Assumed.
    static let refreshTokenUnreadable = AmoCRMRefusal(status: 401, hint: "Cannot decrypt the refresh token")
    /// A refresh token of another integration.
    ///
    /// Assumed.
    static let refreshTokenNotLinked = AmoCRMRefusal(status: 401, hint: "Token is not linked to client")
    /// A code older than 20 minutes.
    static let codeExpired = AmoCRMRefusal(status: 400, hint: "Authorization code has expired")
    /// A code that was used before.
    static let codeRevoked = AmoCRMRefusal(status: 400, hint: "Authorization code has been revoked")
    /// No code of this server.
    static let codeUnreadable = AmoCRMRefusal(status: 400, hint: "Cannot decrypt the authorization code")
    /// A code of another integration.
    ///
    /// Assumed.
    static let codeNotLinked = AmoCRMRefusal(status: 400, hint: "Authorization code was not issued to this client")
    /// A redirect URI that differs by as little as a slash (amocrm-api-php issue 114).
    static let redirectMismatch = AmoCRMRefusal(status: 400, hint: "Redirect URI is not associated with client")
    /// The grant belongs to another account than the host.
    static let wrongAccount = AmoCRMRefusal(status: 400, hint: "Invalid account")
    /// A grant type that the server does not know.
    ///
    /// Assumed.
    static let unknownGrantType = AmoCRMRefusal(
        status: 400, hint: "Check that all required parameters have been provided")

    /// A parameter that is missing or empty; observed for `client_id` and `client_secret`, assumed for the others.
    static func missing(_ parameter: String) -> AmoCRMRefusal {
        AmoCRMRefusal(status: 400, hint: "Check the `\(parameter)` parameter")
    }
}
