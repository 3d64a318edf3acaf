// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ErrorAnswer {
    /// amoCRM's and Kommo's errors: no `error` member, so the status and `hint` decide.
    ///
    /// The vendor documents "200" and "400, details in the body" only
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step). The hints are those of
    /// thephpleague/oauth2-server and were seen by others in https://github.com/amocrm/amocrm-api-php
    /// issues 114, 123, 235, 269, 315, 434 and 563 and https://developers.kommo.com/discuss/6673efff86a914001872b95c.
    /// A 401 is ambiguous without its hint: with one the token is spent, without one the client is wrong.
    var byAmocrm: TokenOutcome {
        switch status {
        // An error that is named inside a success is not documented; what it names counts, not the status.
        case 200..<300: byAmocrmHint ?? byRFC6749Code ?? byStatus
        case 400: byAmocrmHint ?? byRFC6749Code ?? misconfigured
        case 401: byAmocrmHint ?? byRFC6749Code ?? misconfiguredOrMoved
        case 403: blocked
        // The official library reads 404 as "maybe renamed" (getAccessTokenByRefreshToken).
        case 404: moved
        default: byStatus
        }
    }

    /// A 401 that says no more: a wrong secret, or a renamed account.
    ///
    /// The official library asks where the account is after a 404 and after any 401 (getAccessTokenByRefreshToken). With a
    /// hint it is plain, so only without one is asked.
    private var misconfiguredOrMoved: TokenOutcome {
        guard case .unprocessed(var setback) = misconfigured, purpose == .refresh else { return misconfigured }
        setback.mayHaveMoved = true
        return .unprocessed(setback)
    }

    private var byAmocrmHint: TokenOutcome? {
        switch hint {
        case "Token has been revoked": grantRefused(.revoked)
        case "Token has expired": grantRefused(.expired)
        case "Cannot decrypt the refresh token", "Invalid refresh token", "Token is not linked to client":
            grantRefused(.invalid)
        case "Authorization code has been revoked": grantRefused(.revoked)
        case "Authorization code has expired": grantRefused(.expired)
        case "Cannot decrypt the authorization code": grantRefused(.invalid)
        case "Invalid account": moved
        case "Redirect URI is not associated with client": misconfigured
        // "Check the `client_id` parameter", and so on for each parameter.
        case .some(let hint) where hint.hasPrefix("Check the `"): misconfigured
        default: nil
        }
    }
}
