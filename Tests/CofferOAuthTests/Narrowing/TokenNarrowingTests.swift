// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferOAuth

@Suite struct `A narrowing` {
    @Test func `is the same in whatever order its scopes are`() throws {
        let one = try TokenNarrowing(scope: "b a  a", audience: "", resource: nil)
        #expect(try one == TokenNarrowing(scope: "a b"))
        #expect(one?.phrase == "scope a b")
        #expect(try TokenNarrowing(scope: " ") == nil)
    }

    @Test(
        arguments: [
            ("r\u{E9}ad", nil), ("say \"x\"", nil), (nil, "no scheme"), (nil, "https://api.example/#part"),
            (nil, "https:"),
            (String(repeating: "x", count: 2049), nil),
        ] as [(String?, String?)])
    func `is refused where no server could read it`(_ scope: String?, _ resource: String?) {
        #expect(throws: OAuthError(.configuration, "")) { try TokenNarrowing(scope: scope, resource: resource) }
    }

    @Test func `that is all that was granted is the whole`() throws {
        let all = try #require(try TokenNarrowing(scope: "b a"))
        #expect(all.isWhole(of: "a b"))
        #expect(!all.isWhole(of: "a b c") && !all.isWhole(of: nil))
        #expect(try TokenNarrowing(scope: "a b", audience: "x")?.isWhole(of: "a b") == false)
    }

    @Test func `shows an answer with more than was asked for, and passes over another resource's scopes`() throws {
        let asked = try #require(try TokenNarrowing(scope: "read"))
        #expect(asked.excess(in: "read write", of: "read write") == "write")
        #expect(asked.excess(in: "read write", of: nil) == "write")
        #expect(asked.excess(in: "read openid", of: "read openid") == nil)
        #expect(asked.excess(in: "other.default", of: "read write") == nil)
        #expect(asked.excess(in: nil, of: "read write") == nil)
    }

    @Test func `goes by what is stated, and by nothing else`() {
        func way(_ change: (inout ProviderDescription) -> Void) -> String {
            let provider = ProviderDescription.sample(change)
            return provider.narrowingObstacle == nil ? provider.narrowingMethod.rawValue : "refused"
        }
        #expect(way { $0.refreshTokens.rotation = .always } == "refused")
        #expect(way { $0.refreshTokens.rotation = .unknown } == "refused")
        // That nothing can be lost is no word that anything is narrowed.
        #expect(way { $0.refreshTokens.rotation = .never } == "refused")
        #expect(way { $0.narrowing = .refresh } == "refresh")
        #expect(way { $0.narrowing = .exchange } == "exchange")
        let ends = way {
            $0.narrowing = .refresh
            $0.refreshTokens.accessSurvivesRefresh = false
        }
        #expect(ends == "refused")
        let spends = way {
            $0.narrowing = .refresh
            $0.refreshTokens.spendsOnError = true
        }
        #expect(spends == "refused")
    }

    @Test func `is stated by no description that nobody has tried`() {
        let stating = ProviderCatalogue.entries.map(\.description).filter { $0.narrowing != nil }.map(\.id)
        #expect(stating == ["microsoft"])
        for id in ["dropbox", "figma", "reddit", "square", "zoho"] {
            #expect(ProviderCatalogue.entry(id: id)?.description.narrowingObstacle?.code == .unsupported, "\(id)")
        }
    }
}
