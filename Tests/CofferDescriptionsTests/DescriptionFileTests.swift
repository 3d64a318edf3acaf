// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Testing

@testable import CofferDescriptions

@Suite struct `A description file` {
    private static let good = """
        coffer_provider: 1
        id: example
        name: Example
        variables:
          tenant: {about: which directory, default: common}
        endpoints:
          authorization: https://id.example.com/{tenant}/authorize
          token: https://id.example.com/{tenant}/token
        hosts:
          secrets: [id.example.com]
        client: {authentication: post}
        tokens: {access_lifetime: 30m, idle_expiry: 90d, rotation: always, grace: 30s}
        rate_limits:
          token: {amount: 5, interval: 1s, burst: 10, scope: app}
        errors:
          rules:
            - {status: [403], code: [Dead_Token], means: reauthorize}
        account: {answer: account.id}
        client_secret: {steps: [Open the settings, Press the button], pattern: "[a-z]{20}", tokens_survive: true}
        sources:
          - {url: https://id.example.com/docs, read: 2026-11-21, fields: [endpoints, tokens]}
        """

    private func problems(_ text: String) -> [DescriptionProblem] {
        do throws(DescriptionError) {
            _ = try DescriptionFile.read(Array(text.utf8))
            return []
        } catch {
            return error.problems
        }
    }

    @Test(arguments: ["Example----*", "Stars ** & **", "R&D *", "a*b&c"])
    func `may hold stars and ampersands that name nothing, and is written as it was read`(name: String) throws {
        let entry = try DescriptionFile.read(Array(Self.good.replacing("name: Example", with: "name: \(name)").utf8))
        #expect(entry.description.displayName == name)
        #expect(try DescriptionFile.read(Array(DescriptionText.yaml(of: entry).utf8)) == entry)
    }

    @Test(arguments: [#""x -*\x61b""#, "\"x -*\\\n  ab\"", "x -*-b", "x &-b", "'x *ab'"])
    func `can't hide an alias that it could not be written with`(name: String) {
        let found = problems(Self.good.replacing("name: Example", with: "name: \(name)"))
        #expect(found.map(\.sentence).contains { $0.contains("anchor or an alias") }, "\(found)")
    }

    /// Descriptions are passed on and fetched; what a machine runs is set on that machine (docs/command-driver.md).
    @Test func `can't name a program that is to be run`() {
        for (member, sentence) in [
            ("replacement: command, steps", "must be one of operator, rfc7592"),
            ("command: [/usr/bin/id], steps", "is no field"),
        ] {
            let found = problems(Self.good.replacing("client_secret: {steps", with: "client_secret: {\(member)"))
            #expect(found.map(\.sentence).contains { $0.contains(sentence) }, "\(found)")
        }
    }

    @Test func `is read whole`() throws {
        let entry = try DescriptionFile.read(Array(Self.good.utf8))
        let description = entry.description
        #expect(description.id == "example")
        #expect(description.clientAuthentication == .post)
        #expect(
            description.lifetimes == TokenLifetimes(accessToken: .seconds(1800), refreshToken: .seconds(90 * 86_400)))
        #expect(description.refreshTokens.grace == .seconds(30))
        #expect(description.rateLimit == RateLimit(amount: 5, interval: .seconds(1), burst: 10, scope: .app))
        #expect(description.errorRules == [ErrorRule(statuses: [403], codes: ["dead_token"], meaning: .reauthorize)])
        #expect(description.accountLookup == .answerField("account.id"))
        #expect(description.secretFacts?.tokensSurvive == true)
        #expect(entry.variables.map(\.name) == ["tenant"])
        #expect(entry.sources.map(\.read) == ["2026-11-21"])
        #expect(try entry.described().endpoints.token == "https://id.example.com/common/token")
    }

    @Test(arguments: [
        ("authentication: post", "authentication: pots", 11, "client.authentication", "one of basic, basic_raw, post"),
        ("access_lifetime: 30m", "access_lifetime: soon", 12, "tokens.access_lifetime", "a duration"),
        ("access_lifetime: 30m", "access_lifetime: -1s", 12, "tokens.access_lifetime", "a duration"),
        ("rotation: always", "rotations: always", 12, "tokens.rotations", "is no field"),
        ("means: reauthorize", "means: weep", 16, "errors.rules", "a table of means"),
        ("amount: 5", "amount: 0", 14, "rate_limits.token", "amount"),
        ("/{tenant}/token", "/{tenent}/token", nil, "endpoints.token", "neither {account} nor a variable"),
        ("secrets: [id.example.com]", "secrets: [example.org]", nil, "hosts.secrets", "does not fit the endpoints"),
        ("https://id.example.com/{tenant}/token", "http://id.example.com/token", 8, "endpoints.token", "https"),
        (
            "https://id.example.com/{tenant}/token", "https://{account}/token", nil, "hosts.accounts",
            "on the account's host"
        ),
        ("coffer_provider: 1", "coffer_provider: 2", 1, "coffer_provider", "must be 1"),
        ("name: Example\n", "", nil, "name", "is missing"),
        ("fields: [endpoints, tokens]", "fields: [endpoint]", nil, "sources", "which is no field"),
        ("\"[a-z]{20}\"", "\"[a-z\"", 19, "client_secret.pattern", "a regular expression"),
        (
            "\"[a-z]{20}\"", "\"\(String(repeating: "a", count: 257))\"", 19, "client_secret.pattern",
            "of at most 256 bytes"
        ),
        ("default: common", "default: a/b", nil, "variables.tenant", "its own pattern"),
        ("read: 2026-11-21", "read: yesterday", 20, "sources", "a day"),
        ("id: example", "id: example\nid: other", 1, "id", "twice"),
    ])
    func `says what is wrong and where`(
        _ old: String, _ new: String, _ line: Int?, _ field: String, _ words: String
    ) throws {
        var text = Self.good
        text.replaceSubrange(try #require(text.firstRange(of: old)), with: new)
        let problems = problems(text)
        let problem = try #require(problems.first { $0.field == field }, "\(problems)")
        #expect(problem.message.contains(words), "\(problem.message)")
        if let line { #expect(problem.line == line || field == "id") }
    }

    @Test func `says all that is wrong, in the order of its lines`() {
        let found = problems("coffer_provider: 1\nid: A\nname: N\nclient: {authentication: x}\nnonsense: 1\n")
        #expect(found.compactMap(\.line) == [2, 4, 5])
        #expect(found.filter { $0.message == "is missing" }.map(\.field) == ["endpoints.token", "hosts.secrets"])
    }

    /// The base's evidence is no evidence of what the file states, and the file's own is kept.
    @Test func `says of what it states itself where that was read, and of the rest what the other says`() throws {
        let text = """
            coffer_provider: 1
            extends: microsoft
            id: ours
            name: Ours
            issuer: https://login.microsoftonline.com/ours/v2.0
            tokens: {idle_expiry: 1d}
            notes: [Ours is another.]
            sources: [{url: "https://id.example.com/docs", read: 2026-11-21, fields: [issuer, tokens.idle_expiry]}]
            """
        let entry = try DescriptionFile.read(Array(text.utf8))
        let base = try #require(ProviderCatalogue.entry(id: "microsoft"))
        #expect(entry.notes == ["Ours is another."] + base.notes)
        #expect(entry.sources.first?.url == "https://id.example.com/docs")
        #expect(entry.sources.filter { $0.fields.contains("tokens.idle_expiry") }.count == 1)
        #expect(entry.sources.contains { $0.fields.contains("tokens.rotation") })
        #expect(base.unknown.contains("issuer") && !entry.unknown.contains("issuer"))
        #expect(entry.unknown.contains("tokens.reuse"))
        #expect(entry.variables == base.variables)
        let contrary = text + "\nunknown: [tokens.rotation]\n"
        #expect(problems(contrary).contains { $0.message.contains("which is stated") })
        let own = text + "\nunknown: [tokens.grace]\n"
        #expect(problems(own).contains { $0.message.contains("which is stated") })
    }

    @Test func `takes what it does not state from the provider that it extends`() throws {
        let entry = try DescriptionFile.read(
            Array("coffer_provider: 1\nextends: amocrm\nid: ours\nname: Ours\ntokens: {access_lifetime: 1h}".utf8))
        var expected = ProviderCatalogue.amocrm
        expected.id = "ours"
        expected.displayName = "Ours"
        expected.lifetimes.accessToken = .seconds(3600)
        #expect(entry.description == expected)
        #expect(problems("coffer_provider: 1\nextends: nobody\nid: a\nname: N").first?.field == "extends")
        // Under another's id and name it could be told apart from it by nobody.
        #expect(problems("coffer_provider: 1\nextends: keycloak").compactMap(\.field) == ["id", "name"])
    }

    @Test(arguments: [
        "", "42", "[1, 2]", "a: b: c", "\u{0}", "coffer_provider: 1\nid: *x", String(repeating: "[", count: 100_000),
        String(repeating: "[\n", count: 50_000), String(repeating: "- ", count: 50_000),
        String(repeating: "? ", count: 50_000), String(repeating: "a: {", count: 50_000),
        (0..<2_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
        String(repeating: "x", count: 300_000),
        "a: &a [x,x]\n? *a\n: 1", "# \u{2028}- - -", "a: [\u{85}",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ncoffer_provider: 1",
    ])
    func `that is none is refused with a sentence`(_ text: String) {
        let found = problems(text)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.sentence.utf8.count < 400 && !$0.sentence.contains("\u{0}") })
    }
}
