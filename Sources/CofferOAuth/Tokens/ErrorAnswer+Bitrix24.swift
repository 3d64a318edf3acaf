// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ErrorAnswer {
    /// Bitrix24's errors: `error` in any case of letters, also inside a 200.
    ///
    /// Codes: https://apidocs.bitrix24.com, settings/oauth/error-codes and _includes/system-errors;
    /// statuses: github.com/bitrix24/b24pysdk, b24pysdk/errors/oauth.py, which tests them against the live server.
    var byBitrix24: TokenOutcome {
        switch code {
        case "wrong_client", "invalid_client", "insufficient_scope", "user_access_error": misconfigured
        // b24phpsdk's handleOAuthError takes bad_verification_code as invalid_grant.
        case "invalid_grant", "bad_verification_code": grantRefused(.invalid)
        case "expired_token": grantRefused(.expired)
        case "not_installed", "portal_deleted": notInstalled
        // b24pysdk knows both from portals only, of apps that were deleted there. Here the second may be any error, and the
        // first one of the client id, which ends no grant.
        case "error_oauth" where text?.lowercased().contains("not installed") == true: notInstalled
        case "application_not_found", "error_oauth": misconfigured
        // access_denied: "REST only on commercial plans".
        case "payment_required", "access_denied": unpaid
        case "query_limit_exceeded", "operation_time_limit": tooFast
        // A manual block: "Do not retry".
        case "overload_limit": blocked
        case "internal_server_error", "error_unexpected_answer": failing
        default: byRFC6749Code ?? byBitrix24Status
        }
    }

    private var byBitrix24Status: TokenOutcome {
        switch status {
        // b24phpsdk reads 404 as "portal not found".
        case 404: moved
        // Its errors have codes; without one nothing says that a token is dead.
        case 200..<300, 400: misconfigured
        default: byStatus
        }
    }
}
