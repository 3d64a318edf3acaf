// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Testing
import Yams

@testable import CofferDescriptions

@Suite struct `The built-in catalogue as files` {
    @Test(arguments: ProviderCatalogue.entries)
    func `is written and read back as it was`(_ entry: CatalogueEntry) throws {
        let yaml = try DescriptionText.yaml(of: entry)
        #expect(try DescriptionFile.read(Array(yaml.utf8)) == entry)
    }

    /// What is taken for itself: names, what is derived, and prose.
    private static let own: Set = [
        "id", "name", "documentation", "notes", "sources", "unknown", "tokens.keep_alive",
        "client_secret.title", "hosts.accounts",
    ]

    @Test(arguments: ProviderCatalogue.entries)
    func `has a source for each field that it states, or says that it is not known`(_ entry: CatalogueEntry) {
        let sourced = entry.sources.flatMap(\.fields) + entry.unknown
        for (name, _) in Schema.stated(entry) where !Self.own.contains(name) {
            let isCovered = sourced.contains { name == $0 || name.hasPrefix($0 + ".") }
            #expect(isCovered, "\(entry.description.id): \(name)")
        }
        #expect(!entry.sources.isEmpty)
    }

    /// What decides how long a grant lives, what may be sent for it, and what a proof is worth.
    private static let behaviour =
        Schema.fields.map(\.name).filter { $0.hasPrefix("tokens.") || $0.hasPrefix("rate_limits.") } + [
            "revocation_reach", "errors.dialect", "errors.rules", "probes.secret", "probes.token", "account",
            "client_secret.overlap", "client_secret.tokens_survive",
        ]

    /// A default is a statement as well, and where nobody has made it that has to be said.
    @Test(arguments: ProviderCatalogue.entries)
    func `says of all behaviour where it was read, or that it is not known`(_ entry: CatalogueEntry) {
        let covered = entry.sources.flatMap(\.fields) + entry.unknown
        let silent = Self.behaviour.filter { name in
            !Self.own.contains(name) && !covered.contains { name == $0 || name.hasPrefix($0 + ".") }
        }
        #expect(silent == [], "\(entry.description.id)")
    }

    @Test(arguments: ProviderCatalogue.entries)
    func `does not call unknown what it states`(_ entry: CatalogueEntry) {
        let stated = Set(Schema.stated(entry).map(\.name)).subtracting(["client.authentication"])
        #expect(stated.isDisjoint(with: entry.unknown), "\(entry.description.id)")
    }

    @Test(arguments: ProviderCatalogue.entries)
    func `allows its own addresses`(_ entry: CatalogueEntry) throws {
        let values = try entry.variables.filter { $0.fallback == nil }.map { variable in
            let pattern = try Regex(variable.pattern)
            let samples = ["sample.example", "sample", "1"]
            return (variable.name, try #require(samples.first { $0.wholeMatch(of: pattern) != nil }))
        }
        let description = try entry.described(with: Dictionary(uniqueKeysWithValues: values))
        #expect(!description.endpoints.all.contains { $0.text.contains("{") && !$0.needsAccountHost })
    }
}
