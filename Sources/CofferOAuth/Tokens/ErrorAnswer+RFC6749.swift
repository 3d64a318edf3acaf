// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ErrorAnswer {
    /// Errors by RFC 6749 §5.2, and what is seen where bodies are empty or HTML (`docs/` on servers).
    ///
    /// The code is believed before the status, as servers answer errors with 400, 401, 403, 405 and 500.
    var byRFC6749: TokenOutcome { byRFC6749Code ?? byStatus }

    /// By the code alone; `nil` if it is none that is known.
    var byRFC6749Code: TokenOutcome? {
        switch code {
        // Glewlwyd says invalid_code, with 403, of a code that is none.
        case "invalid_grant", "invalid_code": return grantRefused(.invalid)
        case "access_denied", "consent_required", "interaction_required", "login_required":
            return grantRefused(.denied)
        case "invalid_request" where status == 401:
            // thephpleague/oauth2-server before 9.0.0 says so of a dead refresh token (CHANGELOG, PR 1042).
            return grantRefused(.invalid)
        case "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_request", "invalid_scope",
            "invalid_target", "invalid_dpop_proof", "use_dpop_nonce":
            return misconfigured
        case "temporarily_unavailable", "server_error": return failing
        case "slow_down", "rate_limit_exceeded": return tooFast
        default: return nil
        }
    }

    /// By the status alone.
    var byStatus: TokenOutcome {
        switch status {
        // A code that nobody here knows is no word on the grant, and a guess could cost the account.
        case 400 where namesCode || vendorCode != nil: misconfigured
        case 400: isObject ? grantRefused(.unexplained) : unexplained
        case 401, 404, 405, 410, 415: misconfigured
        case 402: unpaid
        // A filter in front of the server, unless all that was presented is the client itself.
        case 403: purpose.presentsNoGrant ? misconfigured : blocked
        case 408, 425: failing
        case 429: tooFast
        case 400..<500: misconfigured
        default: failing
        }
    }

    /// The grant is dead; of a client's own token there is none, so the client is wrong.
    func grantRefused(_ kind: Refusal.Kind) -> TokenOutcome {
        purpose.presentsNoGrant ? misconfigured : .refused(Refusal(kind, sentence))
    }

    /// The client or its description is wrong.
    var misconfigured: TokenOutcome {
        .unprocessed(Setback(.configuration, sentence("Check the app's client id, secret, redirect URI and provider.")))
    }

    /// A 400 with a page or nothing: of what it was said nobody knows, nor by whom, as a proxy answers so as well.
    ///
    /// Where a server says so of a dead token (Glewlwyd), its description has a rule.
    var unexplained: TokenOutcome {
        if purpose.presentsNoGrant { return misconfigured }
        let advice = "It gives no reason, so the grant is not taken for dead; if this lasts, connect the account again."
        var setback = Setback(.configuration, sentence(advice))
        setback.isUnexplained = true
        return .unprocessed(setback)
    }

    /// The provider fails.
    var failing: TokenOutcome { .unprocessed(Setback(.serverFailure, sentence, retryAfter: retryAfter)) }

    /// Too many requests.
    var tooFast: TokenOutcome { .unprocessed(Setback(.rateLimited, sentence, retryAfter: retryAfter)) }

    /// The account must be paid for.
    var unpaid: TokenOutcome { .unprocessed(Setback(.payment, sentence)) }

    /// The provider has blocked us.
    ///
    /// A refusal that names its error was said of the account that asked: amoCRM's 113 (its list of addresses), Zoom's 4738,
    /// Bitrix24's `OVERLOAD_LIMIT` (one app in one account, https://helpdesk.bitrix24.com/open/21138454). One that names
    /// none, amoCRM's page for everything, comes from what stands before the server, and is taken for one of the app or of
    /// this address.
    var blocked: TokenOutcome {
        var setback = Setback(
            .blocked, sentence("It has blocked this address, app or account; ask its support."), retryAfter: retryAfter)
        setback.reachesOthers = !namesError
        return .unprocessed(setback)
    }

    /// The account is elsewhere.
    var moved: TokenOutcome {
        .unprocessed(Setback(.moved, sentence("The account's address may have changed; connect it again.")))
    }

    /// The app is not in the account any more, or the account is gone.
    var notInstalled: TokenOutcome {
        let said = "The account is gone, or does not have this app any more"
        // A client's own token is asked for again: nothing was granted that somebody would have to grant anew.
        if purpose.presentsNoGrant { return .unprocessed(Setback(.configuration, sentence("\(said)."))) }
        return .unprocessed(
            Setback(.notInstalled, sentence("\(said); install it there, then connect the account again.")))
    }
}
