// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferOAuth

/// What an operator meets when a provider's `client_secret` has leaked: one page in Markdown, made of the provider's description.
///
/// Nothing in it is known beyond the description: what that does not say, the page says is not known.
struct SecretGuide {
    private let entry: CatalogueEntry
    private var provider: ProviderDescription { entry.description }

    /// Makes the page of a provider.
    init(_ entry: CatalogueEntry) {
        self.entry = entry
    }

    /// The page, ending in a line break.
    ///
    /// A description may be a person's own file: no line of it can steer a terminal.
    var markdown: String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { PrintableText.clean(String($0)) }.joined(separator: "\n")
    }

    private var text: String {
        let head = """
            # \(provider.displayName): a client secret leaked

            ```
            coffer rotate main/NAME --leak
            ```

            """
        let sections: [(title: String, body: [String])] = [
            ("Who replaces the secret", replacement),
            ("What that does to what is in use", consequences),
            ("What can be proven", proofs),
            ("The accounts", accounts),
            ("Worth knowing", entry.notes.map { "- \($0)" }),
            ("Where this was read", sources),
        ]
        let rest = sections.filter { !$0.body.isEmpty }
            .map { "## \($0.title)\n\n\($0.body.joined(separator: "\n"))\n" }
        return head + "\n" + rest.joined(separator: "\n")
    }

    // MARK: - Sections

    private var replacement: [String] {
        guard provider.clientAuthentication.usesSecret else {
            return ["Nobody: an app proves who it is with a key here, and has no secret."]
        }
        switch provider.secretReplacement {
        case .rfc7592:
            return [
                "Coffer, by the client configuration endpoint (RFC 7592 §2.2), where the app came with its registration token. Else",
                "a person, at the provider.",
            ]
        case .operator(let instructions):
            let steps = instructions.steps.enumerated().map { "\($0.offset + 1). \($0.element)" }
            let begin = instructions.link.map { "Begin at <\($0)>." }
            let read = entry.documentation.map {
                "Which page that is, is not known here; the vendor's documentation begins at <\($0)>."
            }
            let link = (begin ?? read).map { ["", $0] } ?? []
            let identity = instructions.changesClientID ? ["", Self.changedIdentity] : []
            return ["A person. \(instructions.title):", ""] + steps + link + identity
        }
    }

    private static let changedIdentity = """
        The client id changes with the secret. Coffer asks for both, or takes the id with \
        `coffer rotate resume --client-id ID`; the app stays the same entry here. What was granted to the old client can't be \
        refreshed by the new one: no refresh token of it is sent, and each account is connected again \
        (`coffer rotate links`).
        """

    private var consequences: [String] {
        let facts = provider.secretFacts
        let overlap =
            switch facts?.overlap {
            case .oldEndsAtOnce: "The old secret ends the moment the new one is made."
            case .untilRemoved:
                "Both secrets are in force **until the old one is removed there**; on a leak remove it at once."
            case .timed: "Both secrets are in force for a while; if the old one can be ended early there, end it."
            case nil: "Whether the old secret ends by itself is not known: look, and remove it there if it is listed."
            }
        let tokens =
            switch facts?.tokensSurvive {
            case true?: "Tokens that were issued under the old secret go on working until they are reissued."
            case false?: "Tokens end with the old secret: accounts may have to be connected again."
            case nil: "Whether tokens outlive the old secret is not known."
            }
        let signatures = facts?.alsoSigns.map {
            ["- The secret also signs \($0): give the new one to whatever checks that."]
        }
        let spread = facts?.propagation.map { time in
            let span = RelativeTime.text(time)
            return ["- A change may take \(span) to count everywhere: both secrets are asked about until then."]
        }
        return ["- \(overlap)", "- \(tokens)"] + client + (signatures ?? []) + (spread ?? [])
    }

    private var client: [String] {
        guard provider.changesClientID, provider.secretFacts?.overlap != .oldEndsAtOnce else { return [] }
        return [
            """
            - With `--planned`, make the new client beside the old one: accounts go on with the old one until it is deleted, \
            which Coffer asks for last.
            """
        ]
    }

    private var proofs: [String] {
        let secret =
            switch provider.secretProbe {
            case .clientCredentials: "by a client-credentials grant (RFC 6749 §4.4)"
            case .introspection: "by introspection of a made-up token (RFC 7662)"
            case .revocation: "by revocation of a made-up token (RFC 7009)"
            case .authorizationCode: "by an authorization-code request with a made-up code"
            case .none: "**not**: no way is known, and the report says `unproven`"
            }
        let token =
            switch provider.tokenProbe {
            case .introspection: "by introspection (RFC 7662)"
            case .api(let path, _): "by a call to `\(path)`"
            case .form(let url, _): "by `\(url)`"
            case .none: "**not**: no way is known, and the report says `unproven`"
            }
        return [
            "- That the new secret is accepted and the old one refused: \(secret).",
            "- That an old access token is refused: \(token).",
            "- An old refresh token is never presented as a proof: reuse detection could end the new grant. \(spent)",
        ]
    }

    private var spent: String {
        if provider.changesClientID { return "It is of the old client, and the new one presents it nowhere." }
        return switch provider.refreshTokens.rotation {
        case .always: "The reissue itself spends it."
        case .never: "Here a refresh does **not** spend it: the same one serves on, until the grant is revoked."
        case .sometimes: "The reissue spends it where the answer brings another."
        case .unknown: "Whether a refresh spends it is not known."
        }
    }

    private var accounts: [String] {
        let reach =
            switch provider.revocationReach {
            case .token: "Revoking a token ends that token alone."
            case .pair: "Revoking a token ends the access and the refresh token that were issued together."
            case .grant:
                "Revoking a token ends the whole grant, so nothing is revoked before an account is connected again."
            case .unknown: "What revoking a token ends is not known; it is taken for the whole grant."
            }
        let change = "Each account is connected again by a person, as its grant is of the old client."
        return ["- \(provider.changesClientID ? change : pace)", "- \(reach)"]
    }

    private var pace: String {
        guard let limit = provider.rateLimit, limit.amount > 0 else {
            return "Each account is refreshed with the new secret; no rate limit is known."
        }
        let seconds = limit.interval / .seconds(1)
        let each = seconds == 1 ? "a second" : "in \(Self.number(seconds)) s"
        let whose = limit.isAccounts ? " for each account" : ""
        let least = ReissueEstimate(provider: provider, connectionCount: 1000, appRequestCount: 2).seconds ?? 0
        let thousand =
            least > 0
            ? " With the questions about its tokens, 1,000 accounts take at least \(RelativeTime.text(.seconds(least)))."
            : ""
        return
            "Each account is refreshed with the new secret, at most \(limit.amount) requests \(each)\(whose).\(thousand)"
    }

    private var sources: [String] {
        let pages = entry.sources.map { "- <\($0.url)>, read \($0.read)" }
        return pages.isEmpty ? (entry.documentation.map { ["- <\($0)>"] } ?? []) : pages
    }

    // MARK: - Words

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String(value)
    }
}
