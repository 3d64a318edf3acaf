// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferOAuth

/// What fields change in how answers are read, and in when and how a grant is refreshed.
extension FieldEffect {
    static let answer: [FieldEffect] = [
        FieldEffect(field: "answer.access_token", value: "bot.token", seen: ("A", "B")) {
            try await $0.tokens(#"{"access_token":"A","bot":{"token":"B"}}"#)?.accessToken.shown ?? "none"
        },
        FieldEffect(field: "answer.refresh_token", value: "bot.again", seen: ("none", "B")) {
            try await $0.tokens(#"{"access_token":"A","bot":{"again":"B"}}"#)?.refreshToken.shown ?? "none"
        },
        FieldEffect(field: "answer.expires_in", value: "ttl", seen: ("60.0", "90.0")) {
            try await $0.lifetime(#"{"access_token":"A","expires_in":60,"ttl":90}"#)
        },
        FieldEffect(field: "answer.expires_unit", value: "milliseconds", seen: ("90000.0", "90.0")) {
            try await $0.lifetime(#"{"access_token":"A","expires_in":90000}"#)
        },
        FieldEffect(field: "answer.scope", value: "granted", seen: ("none", "x y")) {
            try await $0.tokens(#"{"access_token":"A","granted":"x y"}"#)?.scope ?? "none"
        },
        // Zoom's numbers (https://developers.zoom.us/docs/integrations/oauth-error-messages/).
        FieldEffect(
            field: "answer.error", beside: ["errors.rules": "[{code: [\"4738\"], means: blocked}]"], value: "code",
            seen: ("refused unexplained", "unprocessed blocked")
        ) { try await $0.outcome(400, #"{"code":4738,"message":"App disabled."}"#).summary },
        // RingCentral's, beside OAuth's own (docs/basics/errors.md of its documentation).
        FieldEffect(
            field: "answer.error_code", beside: ["errors.rules": "[{code: [OAU-120], means: blocked}]"],
            value: "errors.0.errorCode", seen: ("unprocessed configuration", "unprocessed blocked")
        ) {
            try await $0.outcome(401, #"{"error":"invalid_client","errors":[{"errorCode":"OAU-120"}]}"#).summary
        },
        FieldEffect(
            field: "answer.error_message", value: "why",
            seen: ("Example answered 503.", "Example answered 503: Nobody knows.")
        ) { try await $0.outcome(503, #"{"why":"Nobody knows"}"#).sentence },
    ]

    static let tokens: [FieldEffect] = [
        FieldEffect(field: "tokens.access_lifetime", value: "30m", seen: ("unknown", "1800.0")) {
            try await $0.lifetime(#"{"access_token":"A"}"#)
        },
        FieldEffect(
            field: "tokens.idle_expiry", beside: ["tokens.early_refresh": "forbidden"], value: "10d",
            seen: ("never", "432000.0")
        ) { try $0.dueAfter() },
        FieldEffect(
            field: "tokens.absolute_expiry", value: "90d",
            seen: ("It was refused.", "It was refused; the grant's time was over at 2023-11-14T22:13:20Z")
        ) { entry in
            try entry.refusal { $0.endsAt = try entry.described().lifetimes.end(ofGrantFrom: noon - 90 * 86_400) }
        },
        FieldEffect(
            field: "tokens.reuse", value: "revokes_grant",
            seen: (
                "It was refused.",
                "It was refused; if nobody withdrew it, somebody else may have used it: Example ends a grant of which a "
                    + "refresh token is presented twice"
            )
        ) { try $0.refusal { _ in } },
        FieldEffect(
            field: "tokens.rotation", value: "never",
            seen: ("settle indeterminate, intent kept", "present, attempt 1")
        ) { try $0.decision(intentAt: noon + 2800, at: noon + 2900) },
        FieldEffect(
            field: "tokens.grace", value: "5m", seen: ("settle indeterminate, intent kept", "present, attempt 2")
        ) { try $0.decision(intentAt: noon + 2800, at: noon + 2900) },
        FieldEffect(
            field: "tokens.spends_on_error", value: "true",
            seen: ("settle active", "settle indeterminate, intent kept")
        ) { entry in
            var machine = RefreshMachine.sample()
            return machine.answer(.unprocessed(Setback(.serverFailure, "It fails.")), of: try entry.grant()).word
        },
        FieldEffect(
            field: "tokens.retry_after_lost_answer", value: "false",
            seen: ("present, attempt 2", "settle needs_reauthorization, intent kept")
        ) { try $0.decision(intentAt: noon + 3500, at: noon + 3700) },
        FieldEffect(
            field: "tokens.access_survives_refresh", beside: ["tokens.narrowing": "refresh"], value: "false",
            seen: ("narrows", "unsupported")
        ) { try $0.described().narrowingObstacle?.code.rawValue ?? "narrows" },
        FieldEffect(
            field: "tokens.introspectable", beside: ["endpoints.introspection": "https://as.example.com/introspect"],
            value: "true", seen: ("present, attempt 2", "inquire")
        ) { try $0.decision(intentAt: noon + 3500, at: noon + 3700) },
        FieldEffect(field: "tokens.narrowing", value: "exchange", seen: ("none", "exchange")) {
            try $0.described().narrowingMethod.rawValue
        },
        FieldEffect(field: "tokens.early_refresh", value: "forbidden", seen: ("2700.0", "never")) {
            try $0.dueAfter()
        },
        FieldEffect(field: "tokens.keep_alive", value: "10m", seen: ("2700.0", "600.0")) { try $0.dueAfter() },
    ]

    static let windows: [FieldEffect] = [
        FieldEffect(field: "windows.soft", value: "20m", seen: ("2700.0", "2400.0")) { try $0.dueAfter() },
        FieldEffect(field: "windows.hard", value: "5m", seen: ("60.0", "300.0")) { try "\($0.windows().hardSeconds)" },
    ]
}

extension CatalogueEntry {
    /// The tokens of an answer to a refresh.
    func tokens(_ body: String) async throws -> IssuedTokens? { try await outcome(200, body).tokens }

    /// How long an answer's access token lives.
    fileprivate func lifetime(_ body: String) async throws -> String {
        try await tokens(body)?.expiresAt.map { "\($0.timeIntervalSince(Fixtures.moment))" } ?? "unknown"
    }

    /// What is written of a grant whose refresh token is refused.
    fileprivate func refusal(_ change: (inout GrantSnapshot) throws -> Void) throws -> String {
        var grant = try grant()
        try change(&grant)
        var machine = RefreshMachine.sample()
        let refusal = TokenOutcome.refused(Refusal(.invalid, "It was refused."))
        return machine.answer(refusal, of: grant).settlement?.lastError ?? "none"
    }

    /// How long after it was obtained a one-hour token is refreshed.
    fileprivate func dueAfter() throws -> String {
        try windows().refreshAt(jitter: 0).map { "\($0.timeIntervalSince(noon))" } ?? "never"
    }
}

extension Secret? {
    /// The text, for comparing.
    fileprivate var shown: String? { map { $0.withExposedText { String($0) } } }
}
