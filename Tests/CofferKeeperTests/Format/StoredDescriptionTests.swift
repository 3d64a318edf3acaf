// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Foundation
import Testing

@testable import CofferKeeper

/// The page says which names stand in the JSON of an app's description; one that is added to the code alone fails here.
@Suite struct `The stored provider description` {
    private typealias Description = ProviderDescription

    private static let instructions = OperatorInstructions(
        title: "t", steps: ["s"], link: "l", secretPattern: "p", changesClientID: true)

    /// A description in which everything has a value.
    private static func full(
        _ replacement: Description.SecretReplacementMethod = .operator(instructions),
        _ probe: Description.TokenProbeMethod = .api(path: "/p", scheme: "s"),
        _ lookup: Description.AccountLookup = .api(path: "/p", idField: "id", scheme: "s"),
        _ presentation: TokenPresentation = .header(name: "H")
    ) -> Description {
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 1, scope: .app)
        return Description(
            id: "i", displayName: "n", issuer: "https://i",
            endpoints: Endpoints(
                authorization: "a", token: "t", refresh: "r", revocation: "v", introspection: "i", registration: "g",
                userInfo: "u", deviceAuthorization: "d", pushedAuthorization: "p"),
            domains: ["d"], accountHosts: .any, accountHostField: "f", clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(
                accountParameter: "a", extra: ["x": "y"], scopeParameter: "s", offlineScope: "o", serverParameter: "p"),
            lifetimes: TokenLifetimes(accessToken: .seconds(1), refreshToken: .seconds(2), absolute: .seconds(3)),
            keepAlive: .seconds(1),
            refreshTokens: RefreshTokenBehaviour(
                grace: .seconds(1), reuse: .refused, accessSurvivesRefresh: true, introspectable: true),
            rateLimit: limit, secretReplacement: replacement, tokenProbe: probe, accountLookup: lookup,
            accountDomains: ["a"], apiDomains: ["b"],
            answer: AnswerPaths(
                accessToken: "a", refreshToken: "r", expiresIn: "e", expiryUnit: .atText, scope: "s", error: "e",
                errorMessage: "m", errorCode: "c"),
            tokenRequest: TokenRequestExtras(headers: ["h": "v"], parameters: ["p": "v"]),
            errorRules: [ErrorRule(statuses: [400], codes: ["c"], text: "t", meaning: .moved)],
            windows: StatedWindows(soft: .seconds(1), hard: .seconds(1)), apiRateLimits: [limit],
            secretFacts: SecretFacts(
                overlap: .timed, tokensSurvive: true, alsoSigns: "w", propagation: .seconds(1)),
            narrowing: .exchange, dpop: true, assertionAudience: .issuer,
            webhooks: [
                WebhookProof(
                    "n", .hmacSHA1, signs: .body, in: .header, "f", key: .ownSecret, account: "a", client: "c",
                    refreshToken: "r", server: "s", reusable: true)
            ], serverField: "s", tokenPresentation: presentation)
    }

    /// A new form does not compile here before it has a name, and fails below until the page lists it.
    private static func name(_ method: Description.SecretReplacementMethod) -> String {
        switch method {
        case .rfc7592: "rfc7592"
        case .operator: "operator"
        }
    }

    private static func name(_ method: Description.TokenProbeMethod) -> String {
        switch method {
        case .introspection: "introspection"
        case .api: "api"
        case .form: "form"
        case .none: "none"
        }
    }

    private static func name(_ lookup: Description.AccountLookup) -> String {
        switch lookup {
        case .idToken: "idToken"
        case .api: "api"
        case .tokenClaim: "tokenClaim"
        case .answerField: "answerField"
        case .none: "none"
        }
    }

    private static let replacements: [Description.SecretReplacementMethod] = [.rfc7592, .operator(instructions)]
    private static let probes: [Description.TokenProbeMethod] = [
        .introspection, .api(path: "/p", scheme: "s"), .form(url: "u", field: "f"), .none,
    ]
    private static let lookups: [Description.AccountLookup] = [
        .idToken, .api(path: "/p", idField: "id", scheme: "s"), .tokenClaim("c"), .answerField("f"), .none,
    ]

    private static let presentations: [TokenPresentation] = [.header(name: "H"), .scheme(word: "s")]

    private static func name(_ presentation: TokenPresentation) -> String {
        switch presentation {
        case .header: "header"
        case .scheme: "scheme"
        }
    }

    private static func json(_ description: Description) throws -> Any {
        try JSONSerialization.jsonObject(with: JSONEncoder().encode(description))
    }

    @Test func `has the names that the page lists, each of them, and no other`() throws {
        let page = try FormatPage("Provider description")
        let samples =
            Self.replacements.map { Self.full($0) } + Self.probes.map { Self.full(Self.replacements[0], $0) }
            + Self.lookups.map { Self.full(Self.replacements[0], .none, $0) }
            + Self.presentations.map { Self.full(Self.replacements[0], .none, .none, $0) }
        var found: [String: Set<String>] = [:]
        for sample in samples {
            #expect(!FormatPage.hasGap(sample))
            for instance in try page.instances(of: "description", in: Self.json(sample)) {
                found[instance.object, default: []].formUnion(instance.names)
            }
        }
        #expect(found == page.objects.mapValues { Set($0.keys) })
        #expect(found["secret replacement"] == Set(Self.replacements.map(Self.name)))
        #expect(found["token probe"] == Set(Self.probes.map(Self.name)))
        #expect(found["account lookup"] == Set(Self.lookups.map(Self.name)))
        #expect(found["token presentation"] == Set(Self.presentations.map(Self.name)))
    }

    @Test func `needs the names that the page says are always there, and those alone`() throws {
        let page = try FormatPage("Provider description")
        let whole = try Self.json(Self.full())
        for instance in try page.instances(of: "description", in: whole) where !page.forms.contains(instance.object) {
            for (name, member) in try #require(page.objects[instance.object]) {
                let less = FormatPage.removing(instance.path + [name], from: whole)
                let bytes = [UInt8](try JSONSerialization.data(withJSONObject: less))
                let decoded = try? StoredJSON.decode(Description.self, from: bytes)
                #expect((decoded == nil) == member.isRequired, "\(name) of \(instance.object)")
            }
        }
    }

    @Test func `has the words that the page lists in everything that Coffer describes`() throws {
        let page = try FormatPage("Provider description")
        let words = { (name: String) in page.objects["description"]?[name]?.words }
        #expect(words("clientAuthentication") == Set(Description.ClientAuthenticationStyle.allCases.map(\.rawValue)))
        #expect(words("assertionAudience") == Set(Description.AssertionAudience.allCases.map(\.rawValue)))
        for provider in ProviderCatalogue.entries {
            _ = try page.instances(of: "description", in: Self.json(provider.description))
        }
    }

    @Test func `writes a duration as the page says`() throws {
        let stored = try JSONEncoder().encode([Duration.seconds(45 * 86_400), .milliseconds(-1)])
        #expect(
            String(decoding: stored, as: UTF8.self)
                == "[[210768,16645072385224998912],[-1,\(UInt64.max - 999_999_999_999_999)]]")
    }
}
