// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    static let amocrmEntry = amoCRMEntry(
        amocrm, pages: "https://www.amocrm.ru/developers/content/oauth/step-by-step",
        limits: "https://www.amocrm.ru/developers/content/api/recommendations")

    static let kommoEntry = amoCRMEntry(
        kommo, pages: "https://developers.kommo.com/reference/get-token",
        limits: "https://developers.kommo.com/docs/limitations")

    static let bitrix24Entry = CatalogueEntry(
        bitrix24, documentation: "https://apidocs.bitrix24.com/settings/oauth/index.html",
        notes: [
            "Refreshing on a timer gets an app blocked: a token is refreshed once it has expired, or was refused.",
            "The host of a portal may change; member_id does not.",
            "Every event carries application_token, which is a shared secret and no signature.",
        ],
        sources: [
            DescriptionSource(
                "https://apidocs.bitrix24.com/settings/oauth/index.html", read: "2026-11-19",
                fields: [
                    "endpoints", "hosts", "client", "authorization", "tokens.access_lifetime", "account",
                    "probes.token",
                    "client_secret.pattern",
                ]),
            DescriptionSource(
                "https://apidocs.bitrix24.com/settings/oauth/auto-renewal.html", read: "2026-11-19",
                fields: ["tokens.idle_expiry", "tokens.rotation", "tokens.early_refresh"]),
            DescriptionSource(
                "https://apidocs.bitrix24.com/limits.html", read: "2026-11-19", fields: ["rate_limits"]),
            DescriptionSource(
                "https://github.com/bitrix24/b24pysdk", read: "2026-11-19", fields: ["errors", "probes.secret"]),
            DescriptionSource(
                "https://apidocs.bitrix24.com/settings/app-uninstallation.html", read: "2026-11-19",
                fields: ["client_secret"]),
            DescriptionSource(
                "https://apidocs.bitrix24.com/api-reference/events/safe-event-handlers.html", read: "2026-11-22",
                fields: ["webhooks"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "tokens.grace", "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh",
            "client_secret.overlap", "client_secret.tokens_survive", "revocation_reach",
        ])

    /// The pages of both names say the same.
    private static func amoCRMEntry(
        _ description: ProviderDescription, pages: String, limits: String
    ) -> CatalogueEntry {
        CatalogueEntry(
            description, documentation: pages,
            notes: [
                "A refresh must repeat the redirect URI exactly; a trailing slash counts.",
                "A notice of a removed integration is signed with the client secret, without a time in it: it can be sent again.",
                "No signature is documented for webhooks about leads, contacts and the like: nothing proves who sent them.",
                "An account that was renamed is found again by its next refresh, from the host that the access token names.",
                """
                A long-lived token has no refresh token and ends on the day that was chosen for it, at most five years on: keep it as \
                a static secret (coffer put). There can be two: make the new one, put it, then revoke the old one by hand.
                """,
                """
                A button with secrets_uri makes an integration for each account, whose client id and secret come to that address \
                unsigned, before the browser comes back: take them only for a state that is waited for, and add an app for each.
                """,
            ],
            sources: [
                DescriptionSource(
                    pages, read: "2026-11-19",
                    fields: [
                        "endpoints", "hosts", "client", "authorization", "tokens.rotation", "client_secret.steps",
                        "client_secret.link",
                    ]),
                DescriptionSource(
                    "https://www.amocrm.ru/developers/content/oauth/oauth", read: "2026-11-19",
                    fields: ["tokens.access_lifetime", "tokens.idle_expiry", "account"]),
                DescriptionSource(
                    "https://www.amocrm.ru/developers/content/oauth/disposable-tokens", read: "2026-11-19",
                    fields: ["client_secret.also_signs", "webhooks"]),
                DescriptionSource(
                    "https://www.amocrm.ru/developers/content/oauth/step-by-step", read: "2026-11-22",
                    fields: ["webhooks"]),
                DescriptionSource(
                    "https://www.amocrm.ru/developers/content/chats/chat-webhooks", read: "2026-11-22",
                    fields: ["webhooks"]),
                DescriptionSource(
                    "https://www.amocrm.ru/developers/content/digital_pipeline/salesbot", read: "2026-11-23",
                    fields: ["client_secret.also_signs", "webhooks"]),
                DescriptionSource(
                    "https://github.com/amocrm/amocrm-api-php/blob/master/src/AmoCRM/OAuth/AmoCRMOAuth.php",
                    read: "2026-11-23", fields: ["webhooks"]),
                DescriptionSource(
                    "https://www.amocrm.ru/developers/content/oauth/oauth-external-integrations", read: "2026-11-19",
                    fields: ["notes"]),
                DescriptionSource(limits, read: "2026-11-19", fields: ["rate_limits"]),
                DescriptionSource(
                    "https://github.com/amocrm/amocrm-api-php", read: "2026-11-19",
                    fields: ["errors", "probes.secret", "tokens.early_refresh"]),
                DescriptionSource(
                    "https://www.amocrm.ru/developers/content/crm_platform/error-codes", read: "2026-11-19",
                    fields: ["probes.token"]),
                DescriptionSource(
                    "https://www.amocrm.ru/developers/content/oauth/exchange-api-key", read: "2026-11-19",
                    fields: ["client_secret.pattern"]),
            ],
            unknown: [
                "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable",
                "tokens.narrowing",
                "tokens.grace", "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh",
                "client_secret.overlap", "client_secret.tokens_survive", "revocation_reach",
            ])
    }
}
