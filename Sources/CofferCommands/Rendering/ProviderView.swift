// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A provider as the catalogue shows it.
struct ProviderView: ListedItem {
    /// The name in `--provider`.
    let id: String
    /// The name that people read.
    let name: String
    /// Where secrets may be sent.
    let domains: [String]
    /// Where the browser goes.
    let authorizationEndpoint: String?
    /// Where tokens come from.
    let tokenEndpoint: String
    /// How the client proves who it is.
    let clientAuthentication: String
    /// How long an access token lives where the answer does not say.
    let accessTokenSeconds: Int?
    /// After how long without a refresh the grant is gone.
    let refreshTokenSeconds: Int?
    /// When a refresh is due.
    let refreshPolicy: String
    /// Whether a refresh issues another refresh token.
    let refreshTokenRotation: String
    /// How fast it may be called.
    let rateLimit: String?
    /// How a `client_secret` is replaced.
    let secretReplacement: String
    /// How a `client_secret` is proven.
    let secretProbe: String
    /// What a person does to replace it.
    let operatorSteps: [String]?
    /// Where a person begins.
    let operatorLink: String?

    /// Whether the old secret and the new one are valid side by side.
    let secretOverlap: String?
    /// Whether tokens outlive a change of the secret.
    let tokensSurviveSecret: Bool?
    /// Where the vendor documents OAuth.
    let documentation: String?
    /// How its webhooks prove who sent them.
    let webhooks: [Webhook]?
    /// What must or may be set with `--set`.
    let settings: [Setting]?
    /// What a person must know besides.
    let notes: [String]?
    /// Where all this was read.
    let sources: [Source]?
    /// Fields that no source states.
    let unknown: [String]?

    /// One setting.
    struct Setting: Encodable, Sendable {
        /// The name.
        let name: String
        /// What it is.
        let about: String
        /// The value where none is given.
        let `default`: String?
    }

    /// One kind of webhook.
    struct Webhook: Encodable, Sendable {
        /// The name, for `webhook check --name`.
        let name: String
        /// What proves it.
        let proof: String
        /// What the proof covers, if it is more than who sent it.
        let signs: String?
        /// Where the proof stands: `header`, `query`, `form` or `json`.
        let place: String
        /// Under which name.
        let field: String
        /// What it is checked with.
        let key: String
    }

    /// One page that was read.
    struct Source: Encodable, Sendable {
        /// The page.
        let url: String
        /// The day.
        let read: String
        /// What it states.
        let fields: [String]
    }

    /// Takes what a catalogue says.
    init(_ entry: CatalogueEntry) {
        let provider = entry.description
        secretOverlap = provider.secretFacts?.overlap?.rawValue
        tokensSurviveSecret = provider.secretFacts?.tokensSurvive
        documentation = entry.documentation
        webhooks = provider.webhooks?.map {
            Webhook(
                name: $0.name, proof: $0.method.rawValue, signs: $0.signs?.rawValue, place: $0.place.rawValue,
                field: $0.field, key: $0.key.rawValue)
        }
        settings =
            entry.variables.isEmpty
            ? nil
            : entry.variables.map {
                Setting(name: $0.name, about: $0.about, default: $0.fallback)
            }
        notes = entry.notes.isEmpty ? nil : entry.notes
        sources =
            entry.sources.isEmpty
            ? nil
            : entry.sources.map {
                Source(url: $0.url, read: $0.read, fields: $0.fields)
            }
        unknown = entry.unknown.isEmpty ? nil : entry.unknown
        id = provider.id
        name = provider.displayName
        domains = provider.domains
        authorizationEndpoint = provider.endpoints.authorization?.text
        tokenEndpoint = provider.endpoints.token.text
        clientAuthentication = provider.clientAuthentication.rawValue
        accessTokenSeconds = provider.lifetimes.accessToken.map { Int($0 / .seconds(1)) }
        refreshTokenSeconds = provider.lifetimes.refreshToken.map { Int($0 / .seconds(1)) }
        refreshPolicy = provider.refreshPolicy.rawValue
        refreshTokenRotation = provider.refreshTokens.rotation.rawValue
        rateLimit = provider.rateLimit.map {
            "\($0.amount) in \(RelativeTime.text($0.interval)), \($0.burst) at once"
        }
        secretProbe = provider.secretProbe.rawValue
        switch provider.secretReplacement {
        case .rfc7592:
            secretReplacement = "rfc7592"
            operatorSteps = nil
            operatorLink = nil
        case .operator(let instructions):
            secretReplacement = "operator"
            operatorSteps = instructions.steps
            operatorLink = instructions.link
        }
    }

    static var listName: String { "providers" }

    static var columns: [TextTable.Column] {
        [.init("PROVIDER"), .init("NAME"), .init("TOKEN LIVES"), .init("NEW REFRESH TOKEN"), .init("HOSTS")]
    }

    static var emptyMessage: String { "there are no providers" }

    func cells(now: Date) -> [String] {
        [
            id, name, accessTokenSeconds.map { RelativeTime.text(.seconds($0)) } ?? "as told", refreshTokenRotation,
            domains.joined(separator: ", "),
        ]
    }

    var quietLine: String { id }

    /// The facts for people.
    var facts: FactSheet {
        let steps = (operatorSteps ?? []).enumerated().map { ("step \($0 + 1)", $1 as String?) }
        let settings = (settings ?? []).map { setting in
            ("--set \(setting.name)", "\(setting.about)\(setting.default.map { " (\($0))" } ?? "")" as String?)
        }
        let webhooks = (webhooks ?? []).map {
            ("webhook \($0.name)", "\($0.proof) in the \($0.place), \($0.field); key: \($0.key)" as String?)
        }
        let notes = (notes ?? []).map { ("note", $0 as String?) }
        let sources = (sources ?? []).map {
            ("source", "\($0.url), \($0.read): \($0.fields.joined(separator: ", "))" as String?)
        }
        return FactSheet(
            [
                ("provider", id), ("name", name), ("documented at", documentation),
                ("hosts", domains.joined(separator: ", ")),
            ] + settings + [
                ("authorization", authorizationEndpoint), ("token", tokenEndpoint),
                ("client auth", clientAuthentication),
                ("access token", accessTokenSeconds.map { "lives \(RelativeTime.text(.seconds($0)))" }),
                ("refresh token", refreshTokenSeconds.map { "lives \(RelativeTime.text(.seconds($0))) unused" }),
                ("another one", "with a refresh: \(refreshTokenRotation)"),
                ("refreshed", refreshPolicy == "ahead" ? "ahead of expiry" : "once it has expired"),
                ("rate limit", rateLimit), ("secret", "replaced by \(secretReplacement)"), ("overlap", secretOverlap),
                ("tokens", tokensSurviveSecret.map { $0 ? "outlive a change of the secret" : "end with the secret" }),
                ("proven by", secretProbe),
            ] + steps + [("begin at", operatorLink)] + webhooks + notes + sources
                + [("not known", unknown?.joined(separator: ", "))])
    }
}
