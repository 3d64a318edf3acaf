// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where the browser is sent for each built-in provider, asked for the scopes `a` and `b`.
///
/// The address, and in the order they are sent: `code` for the response type, `redirect`, the scopes, `state`, `pkce` with S256,
/// and what the vendor wants besides.
enum AuthorizationRequests {
    /// By the provider's name.
    static let all: [String: String] = [
        "airtable": "https://airtable.com/oauth2/v1/authorize code redirect scope=a+b state pkce",
        "amocrm": "https://www.amocrm.ru/oauth state mode=post_message",
        "asana": "https://app.asana.com/-/oauth_authorize code redirect scope=a+b state pkce",
        "atlassian":
            "https://auth.atlassian.com/authorize code redirect scope=a+b+offline_access state pkce audience=api.atlassian.com "
            + "prompt=consent",
        "auth0": "https://tenant.example.com/authorize code redirect scope=a+b+offline_access state pkce",
        "authentik":
            "https://id.example.com/application/o/authorize/ code redirect scope=a+b+offline_access state pkce",
        "bitbucket": "https://bitbucket.org/site/oauth2/authorize code scope=a+b state pkce",
        "bitrix24": "https://acme.bitrix24.com/oauth/authorize/ state",
        "box": "https://account.box.com/api/oauth2/authorize code redirect scope=a+b state pkce",
        "calendly": "https://auth.calendly.com/oauth/authorize code redirect scope=a+b state pkce",
        "clickup": "https://app.clickup.com/api redirect state pkce",
        "copper": "https://app.copper.com/oauth/authorize code redirect scope=a+b state",
        "discord": "https://discord.com/oauth2/authorize code redirect scope=a+b state pkce",
        "docusign": "https://account.docusign.com/oauth/auth code redirect scope=a+b state pkce",
        "dropbox":
            "https://www.dropbox.com/oauth2/authorize code redirect scope=a+b state pkce token_access_type=offline",
        "figma": "https://www.figma.com/oauth code redirect scope=a+b state pkce",
        "freshbooks": "https://auth.freshbooks.com/oauth/authorize/ code redirect scope=a+b state pkce",
        "github": "https://github.com/login/oauth/authorize code redirect scope=a+b+offline_access state pkce",
        "gitlab": "https://gitlab.com/oauth/authorize code redirect scope=a+b state pkce",
        "google":
            "https://accounts.google.com/o/oauth2/v2/auth code redirect scope=a+b state pkce access_type=offline "
            + "prompt=consent",
        "gusto": "https://api.gusto.com/oauth/authorize code redirect scope=a+b state pkce",
        "hubspot": "https://app.hubspot.com/oauth/authorize code redirect scope=a+b state pkce",
        "intercom": "https://app.intercom.com/oauth redirect state pkce",
        "keycloak":
            "https://id.example.com/realms/staff/protocol/openid-connect/auth code redirect scope=a+b+offline_access state "
            + "pkce",
        "kommo": "https://www.kommo.com/oauth state mode=post_message",
        "linear": "https://linear.app/oauth/authorize code redirect scope=a,b state pkce",
        "linkedin": "https://www.linkedin.com/oauth/v2/authorization code redirect scope=a+b state pkce",
        "mailchimp": "https://login.mailchimp.com/oauth2/authorize code redirect scope=a+b state",
        "microsoft":
            "https://login.microsoftonline.com/common/oauth2/v2.0/authorize code redirect scope=a+b+offline_access state pkce "
            + "response_mode=query",
        "monday": "https://auth.monday.com/oauth2/authorize code redirect scope=a+b state pkce",
        "notion": "https://api.notion.com/v1/oauth/authorize code redirect scope=a+b state pkce owner=user",
        "okta":
            "https://tenant.example.com/oauth2/default/v1/authorize code redirect scope=a+b+offline_access state pkce",
        "okta-org": "https://tenant.example.com/oauth2/v1/authorize code redirect scope=a+b+offline_access state pkce",
        "pipedrive": "https://oauth.pipedrive.com/oauth/authorize redirect state pkce",
        "pocketid": "https://id.example.com/authorize code redirect scope=a+b state pkce",
        "quickbooks": "https://appcenter.intuit.com/connect/oauth2 code redirect scope=a+b state pkce",
        "reddit": "https://www.reddit.com/api/v1/authorize code redirect scope=a+b state pkce duration=permanent",
        "ringcentral": "https://platform.ringcentral.com/restapi/oauth/authorize code redirect scope=a+b state pkce",
        "salesforce":
            "https://login.salesforce.com/services/oauth2/authorize code redirect scope=a+b+refresh_token state pkce "
            + "prompt=consent",
        "shopify": "https://acme.myshopify.com/admin/oauth/authorize redirect scope=a,b state pkce",
        "slack": "https://slack.com/oauth/v2/authorize code redirect scope=a,b state",
        "spotify": "https://accounts.spotify.com/authorize code redirect scope=a+b state pkce",
        "square": "https://connect.squareup.com/oauth2/authorize code redirect scope=a+b state session=false",
        "strava": "https://www.strava.com/oauth/authorize code redirect scope=a,b state pkce",
        "stripe": "https://connect.stripe.com/oauth/authorize code redirect scope=a+b state pkce",
        "todoist": "https://todoist.com/oauth/authorize scope=a,b state pkce",
        "twitch": "https://id.twitch.tv/oauth2/authorize code redirect scope=a+b state pkce",
        "typeform": "https://api.typeform.com/oauth/authorize code redirect scope=a+b+offline state",
        "wave": "https://api.waveapps.com/oauth2/authorize/ code redirect scope=a+b+offline_access state pkce",
        "webex": "https://webexapis.com/v1/authorize code redirect scope=a+b state pkce",
        "x": "https://x.com/i/oauth2/authorize code redirect scope=a+b+offline.access state pkce",
        "xero": "https://login.xero.com/identity/connect/authorize code redirect scope=a+b+offline_access state pkce",
        "yandex": "https://oauth.yandex.com/authorize code redirect scope=a+b state pkce",
        "zendesk": "https://acme.zendesk.com/oauth/authorizations/new code redirect scope=a+b state pkce",
        "zoho":
            "https://accounts.zoho.com/oauth/v2/auth code redirect scope=a,b state pkce access_type=offline "
            + "prompt=consent",
        "zoom": "https://zoom.us/oauth/authorize code redirect scope=a+b state pkce",
    ]
}
