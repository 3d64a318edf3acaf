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

    /// Takes what a description says.
    init(_ provider: ProviderDescription) {
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

    static var columns: [TextTable.Column] { [.init("PROVIDER"), .init("NAME"), .init("SECRET"), .init("HOSTS")] }

    static var emptyMessage: String { "there are no providers" }

    func cells(now: Date) -> [String] {
        [id, name, "replaced by \(secretReplacement)", domains.joined(separator: ", ")]
    }

    var quietLine: String { id }

    /// The facts for people.
    var facts: FactSheet {
        let steps = (operatorSteps ?? []).enumerated().map { ("step \($0 + 1)", $1 as String?) }
        return FactSheet(
            [
                ("provider", id), ("name", name), ("hosts", domains.joined(separator: ", ")),
                ("authorization", authorizationEndpoint), ("token", tokenEndpoint),
                ("client auth", clientAuthentication),
                ("access token", accessTokenSeconds.map { "lives \(RelativeTime.text(.seconds($0)))" }),
                ("refresh token", refreshTokenSeconds.map { "lives \(RelativeTime.text(.seconds($0))) unused" }),
                ("another one", "with a refresh: \(refreshTokenRotation)"),
                ("refreshed", refreshPolicy == "ahead" ? "ahead of expiry" : "once it has expired"),
                ("rate limit", rateLimit), ("secret", "replaced by \(secretReplacement)"),
                ("proven by", secretProbe),
            ] + steps + [("begin at", operatorLink)])
    }
}
