// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a refresh sends to each built-in provider, as its pages have it.
///
/// The address; where the client's proof stands (`basic`: form-encoded first; `basic-raw`: as it is; `post`: in the body); how
/// the body is written; what else is in it, and in the header.
enum RefreshRequests {
    /// By the provider's name.
    static let all: [String: String] = [
        "airtable": "https://airtable.com/oauth2/v1/token basic-raw form",
        "amocrm": "https://acme.amocrm.ru/oauth2/access_token post json redirect",
        "asana": "https://app.asana.com/-/oauth_token post form",
        "atlassian": "https://auth.atlassian.com/oauth/token post json",
        "auth0": "https://tenant.example.com/oauth/token basic form",
        "authentik": "https://id.example.com/application/o/token/ post form",
        "bitbucket": "https://bitbucket.org/site/oauth2/access_token basic-raw form",
        "bitrix24": "https://oauth.bitrix.info/oauth/token/ post form",
        "box": "https://api.box.com/oauth2/token post form",
        "calendly": "https://auth.calendly.com/oauth/token basic form",
        "clickup": "https://api.clickup.com/api/v2/oauth/token post form",
        "copper": "https://app.copper.com/oauth/token post form",
        "discord": "https://discord.com/api/oauth2/token basic form",
        "docusign": "https://account.docusign.com/oauth/token basic-raw form",
        "dropbox": "https://api.dropboxapi.com/oauth2/token post form",
        "figma": "https://api.figma.com/v1/oauth/token basic form",
        "freshbooks": "https://api.freshbooks.com/auth/oauth/token post json redirect",
        "github": "https://github.com/login/oauth/access_token post form",
        "gitlab": "https://gitlab.com/oauth/token post form redirect",
        "google": "https://oauth2.googleapis.com/token post form",
        "gusto": "https://api.gusto.com/oauth/token post json",
        "hubspot": "https://api.hubapi.com/oauth/2026-03/token post form",
        "intercom": "https://api.intercom.io/auth/eagle/token post form",
        "keycloak": "https://id.example.com/realms/staff/protocol/openid-connect/token post form",
        "kommo": "https://acme.kommo.com/oauth2/access_token post json redirect",
        "linear": "https://api.linear.app/oauth/token post form",
        "linkedin": "https://www.linkedin.com/oauth/v2/accessToken post form",
        "mailchimp": "https://login.mailchimp.com/oauth2/token post form",
        "microsoft": "https://login.microsoftonline.com/common/oauth2/v2.0/token post form",
        "monday": "https://auth.monday.com/oauth_ms/oauth/token post json",
        "notion": "https://api.notion.com/v1/oauth/token basic-raw json",
        "okta": "https://tenant.example.com/oauth2/default/v1/token basic form",
        "okta-org": "https://tenant.example.com/oauth2/v1/token basic form",
        "pipedrive": "https://oauth.pipedrive.com/oauth/token basic form",
        "pocketid": "https://id.example.com/api/oidc/token basic form",
        "quickbooks":
            "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer basic-raw form "
            + "x-include-refresh-token-hard-expires-in:true",
        "reddit": "https://www.reddit.com/api/v1/access_token basic form",
        "ringcentral": "https://platform.ringcentral.com/restapi/oauth/token basic-raw form",
        "salesforce": "https://login.salesforce.com/services/oauth2/token post form",
        "shopify": "https://acme.myshopify.com/admin/oauth/access_token post json expiring=1",
        "slack": "https://slack.com/api/oauth.v2.access basic form",
        "spotify": "https://accounts.spotify.com/api/token basic form",
        "square": "https://connect.squareup.com/oauth2/token post json",
        "strava": "https://www.strava.com/oauth/token post form",
        "stripe": "https://connect.stripe.com/oauth/token post form",
        "todoist": "https://todoist.com/oauth/access_token post form",
        "twitch": "https://id.twitch.tv/oauth2/token post form",
        "typeform": "https://api.typeform.com/oauth/token post form",
        "wave": "https://api.waveapps.com/oauth2/token/ post form redirect",
        "webex": "https://webexapis.com/v1/access_token post form",
        "x": "https://api.x.com/2/oauth2/token basic form",
        "xero": "https://identity.xero.com/connect/token basic-raw form",
        "yandex": "https://oauth.yandex.com/token basic-raw form",
        "zendesk": "https://acme.zendesk.com/oauth/tokens post json expires_in=1800",
        "zoho": "https://accounts.zoho.com/oauth/v2/token post form",
        "zoom": "https://zoom.us/oauth/token basic-raw form",
    ]
}
