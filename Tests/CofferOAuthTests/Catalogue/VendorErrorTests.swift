// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `An error of a built-in provider` {
    @Test(arguments: VendorErrors.all)
    func `means for a grant what the vendor's pages say`(_ error: VendorError) async throws {
        #expect(try await BuiltIn.outcome(error.provider, error.status, error.body).summary == error.means)
    }

    /// A rule that decides nothing is one that others hide, or that nobody has seen at work.
    @Test(arguments: BuiltIn.names)
    func `is told by rules of which each, and each of its codes, decides one`(_ name: String) throws {
        let provider = try BuiltIn.app(name).provider
        let rules = provider.errorRules ?? []
        var decided = rules.map { _ in (count: 0, codes: Set<String>()) }
        for error in VendorErrors.all where error.provider == name {
            let said = Self.read(error, provider)
            guard let index = rules.firstIndex(where: { said.judged(by: [$0]) != nil }) else { continue }
            decided[index].count += 1
            decided[index].codes.formUnion([said.code, said.written, said.vendorCode].compactMap(\.self))
        }
        for (rule, decided) in zip(rules, decided) {
            #expect(decided.count > 0, "\(name): \(rule)")
            #expect(decided.codes.isSuperset(of: rule.codes), "\(name): \(Set(rule.codes).subtracting(decided.codes))")
        }
    }

    /// What each must understand beside its own words; Twitch has no `error`, and the three have dialects.
    @Test(arguments: BuiltIn.names.filter { !["amocrm", "bitrix24", "kommo", "twitch"].contains($0) })
    func `in the RFC's words is understood, and a wrong client ends no grant`(_ name: String) async throws {
        let dead = try await BuiltIn.outcome(name, 400, #"{"error":"invalid_grant"}"#).summary
        #expect(dead.hasPrefix("refused"), "\(dead)")
        for (status, body, expected) in [
            (401, #"{"error":"invalid_client"}"#, "unprocessed configuration"), (429, "", "unprocessed rateLimited"),
            (500, "", "unprocessed serverFailure"), (307, "", "unprocessed redirected"),
        ] {
            #expect(try await BuiltIn.outcome(name, status, body).summary == expected)
        }
    }

    private static func read(_ error: VendorError, _ provider: ProviderDescription) -> ErrorAnswer {
        let answer = HTTPAnswer(status: error.status, headers: [], body: Secret(error.body))
        return ErrorAnswer(
            answer, value: JSONReader.read(answer.body).value, paths: provider.answer, purpose: .refresh,
            providerName: provider.displayName, hiding: [], retryAfter: nil)
    }
}
