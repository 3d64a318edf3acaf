// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The errors that the sources of the built-in descriptions tell of; amoCRM's, Kommo's and Bitrix24's stand with their dialects.
enum VendorErrors {
    private static let dead = "refused invalid"
    private static let wrongClient = "unprocessed configuration"
    private static let fails = "unprocessed serverFailure"
    private static let tooFast = "unprocessed rateLimited"

    /// All of them.
    static let all: [VendorError] = Array([aToH, hToR, rToS, sToZ].joined().joined())

    private static let aToH: [[VendorError]] = [
        .codes("airtable", 400, ["invalid_grant"], dead),
        .codes("atlassian", 403, ["invalid_grant"], dead), .codes("atlassian", 400, ["invalid_grant"], dead),
        .codes("auth0", 403, ["invalid_grant", "mfa_required"], dead), .codes("auth0", 401, ["invalid_grant"], dead),
        .codes("authentik", 400, ["invalid_grant"], dead),
        .codes("authentik", 400, ["invalid_client", "unsupported_grant_type", "invalid_scope"], wrongClient),
        .codes("box", 400, ["invalid_grant"], dead), .codes("box", 400, ["invalid_client"], wrongClient),
        .codes("calendly", 401, ["invalid_grant"], dead), .codes("calendly", 400, ["invalid_grant"], dead),
        .bodies("calendly", 429, ["{}"], tooFast),
        .codes("discord", 400, ["invalid_grant"], dead), .codes("discord", 401, ["invalid_client"], wrongClient),
        .codes("dropbox", 400, ["invalid_grant"], dead),
        .codes("github", 200, ["bad_refresh_token", "bad_verification_code", "unverified_user_email"], dead),
        .codes("github", 200, ["incorrect_client_credentials", "redirect_uri_mismatch"], wrongClient),
        .codes("github", 200, ["unsupported_grant_type", "device_flow_disabled"], wrongClient),
        .codes("github", 200, ["slow_down"], tooFast),
        .codes("gitlab", 400, ["invalid_grant"], dead), .codes("gitlab", 401, ["invalid_client"], wrongClient),
        .codes("google", 500, ["internal_failure"], fails),
        .codes("google", 503, ["server_error", "temporarily_unavailable"], fails),
        .codes("google", 400, ["invalid_grant", "admin_policy_enforced"], dead),
    ]

    private static let hToR: [[VendorError]] = [
        .codes("hubspot", 400, ["invalid_grant"], dead),
        .bodies(
            "hubspot", 400, [#"{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"}"#], dead),
        .bodies("hubspot", 400, [#"{"status":"error","message":"Any of the listed … are missing"}"#], wrongClient),
        .codes("keycloak", 400, ["invalid_grant"], dead),
        .codes("keycloak", 401, ["unauthorized_client", "invalid_client"], wrongClient),
        .codes("linkedin", 400, ["invalid_grant"], dead), .codes("linkedin", 400, ["invalid_request"], wrongClient),
        .codes("microsoft", 503, ["temporarily_unavailable", "server_error"], fails),
        .codes("microsoft", 400, ["invalid_grant", "interaction_required", "consent_required"], dead),
        .codes("microsoft", 401, ["invalid_client", "unauthorized_client"], wrongClient),
        .codes("microsoft", 400, ["invalid_resource", "invalid_scope", "invalid_request"], wrongClient),
        .codes("microsoft", 400, ["unsupported_grant_type"], wrongClient),
        .codes("okta", 400, ["invalid_grant"], dead), .codes("okta", 401, ["invalid_client"], wrongClient),
        .codes("okta-org", 400, ["invalid_grant"], dead), .codes("okta-org", 401, ["invalid_client"], wrongClient),
        .codes("pipedrive", 400, ["Invalid grant: refresh_token is invalid"], dead),
        .bodies("pipedrive", 400, [#"{"message":"Invalid grant: refresh_token is invalid"}"#], dead),
        .codes("pipedrive", 400, ["Invalid client: client is invalid"], wrongClient),
        .bodies("pipedrive", 400, [#"{"message":"cannot retrieve client credentials"}"#], wrongClient),
        .codes("pocketid", 400, ["invalid_grant"], dead),
        .codes("pocketid", 401, ["invalid_client", "unauthorized_client"], wrongClient),
        .codes("quickbooks", 400, ["invalid_grant"], dead),
    ]

    private static let rToS: [[VendorError]] = [
        .codes("reddit", 200, ["invalid_grant"], dead), .codes("reddit", 400, ["invalid_grant"], dead),
        .bodies("reddit", 400, [#"{"message":"Bad Request","error":400}"#], dead),
        .codes("reddit", 200, ["unauthorized_client", "unsupported_grant_type"], wrongClient),
        .codes("reddit", 200, ["invalid_request", "invalid_scope"], wrongClient),
        .bodies("reddit", 401, [#"{"message":"Unauthorized","error":401}"#], wrongClient),
        .bodies(
            "ringcentral", 401, ["OAU-146", "OAU-120", "OAU-121", "OAU-134", "OAU-123"].map(ringCentral), wrongClient),
        .bodies("ringcentral", 403, ["OAU-125", "OAU-112"].map(ringCentral), wrongClient),
        .codes("ringcentral", 400, ["invalid_grant"], dead), .bodies("ringcentral", 400, [""], dead),
        .bodies("ringcentral", 429, [""], tooFast),
        .bodies("ringcentral", 503, [""], fails),
        .bodies("salesforce", 503, ["<html>"], fails), .codes("salesforce", 400, ["invalid_grant"], dead),
        .codes("shopify", 400, ["invalid_grant"], dead),
        .codes("spotify", 400, ["invalid_grant"], dead), .codes("spotify", 400, ["invalid_client"], wrongClient),
        .bodies("strava", 400, [strava("RefreshToken", "refresh_token"), strava("AuthorizationCode", "code")], dead),
        .bodies("strava", 400, [strava("Application", "client_id")], wrongClient),
        .codes("stripe", 400, ["invalid_grant"], dead),
        .codes("stripe", 401, ["invalid_client"], wrongClient),
        .codes("stripe", 400, ["invalid_request", "invalid_scope", "unsupported_grant_type"], wrongClient),
        .codes("stripe", 400, ["unsupported_response_type"], wrongClient),
    ]

    private static let sToZ: [[VendorError]] = [
        .codes("slack", 200, ["invalid_refresh_token", "invalid_code", "invalid_code_verifier"], dead),
        .codes("slack", 200, ["user_email_unverified"], dead),
        .codes("slack", 200, ["bad_client_secret", "invalid_client_id", "bad_redirect_uri"], wrongClient),
        .codes("slack", 200, ["invalid_grant_type", "no_scopes", "pkce_not_allowed"], wrongClient),
        .codes("slack", 200, ["oauth_authorization_url_mismatch"], wrongClient),
        .codes("slack", 200, ["cannot_install_an_org_installed_app"], wrongClient),
        .codes("slack", 200, ["internal_error", "fatal_error"], fails),
        .bodies("twitch", 400, [#"{"status":400,"message":"Invalid refresh token"}"#], dead),
        .bodies("twitch", 400, [#"{"status":400,"message":"Invalid grant"}"#], dead),
        .bodies("twitch", 403, [#"{"status":403,"message":"invalid client secret"}"#], wrongClient),
        .bodies("twitch", 400, [#"{"status":400,"message":"invalid client"}"#], wrongClient),
        .bodies("wave", 403, ["{}"], "unprocessed payment"),
        .codes("webex", 400, ["invalid_grant"], dead), .bodies("webex", 401, [#"{"message":"no"}"#], wrongClient),
        .codes("x", 400, ["invalid_grant"], dead),
        .bodies(
            "x", 400,
            [#"{"error":"invalid_request","error_description":"Value passed for the token was invalid."}"#], dead),
        .codes("x", 400, ["invalid_request"], wrongClient),
        .bodies("x", 401, [#"{"error_description":"Missing valid authorization header"}"#], wrongClient),
        .codes("xero", 400, ["invalid_grant"], dead),
        .codes("zoho", 200, ["invalid_code"], dead),
        .codes("zoho", 200, ["invalid_client", "invalid_client_secret"], wrongClient),
        .codes("zoho", 400, ["Access Denied"], tooFast), .codes("zoho", 200, ["Access Denied"], tooFast),
        .bodies("zoom", 400, [#"{"reason":"Invalid Token!","error":"invalid_grant"}"#], dead),
        .codes("zoom", 401, ["4735", "4737", "4741", "4711", "4733", "4734"], dead),
        .codes("zoom", 400, ["4702", "4704", "4705", "4706", "4709", "4717", "4724"], wrongClient),
        .codes("zoom", 400, ["4738"], "unprocessed blocked"), .codes("zoom", 400, ["4732"], fails),
    ]

    private static func ringCentral(_ code: String) -> String {
        #"{"error":"invalid_client","errors":[{"errorCode":"\#(code)","message":"made up"}]}"#
    }

    private static func strava(_ resource: String, _ field: String) -> String {
        #"{"message":"Bad Request","errors":[{"resource":"\#(resource)","field":"\#(field)","code":"invalid"}]}"#
    }
}

extension [VendorError] {
    fileprivate static func codes(
        _ provider: String, _ status: Int, _ codes: [String], _ means: String
    ) -> [VendorError] { VendorError.codes(provider, status, codes, means) }

    fileprivate static func bodies(
        _ provider: String, _ status: Int, _ bodies: [String], _ means: String
    ) -> [VendorError] { VendorError.bodies(provider, status, bodies, means) }
}
