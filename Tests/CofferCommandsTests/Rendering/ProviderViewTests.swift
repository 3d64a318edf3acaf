// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Foundation
import Testing

@testable import CofferCommands

@Suite struct `A provider that is shown` {
    private static let plain = CatalogueEntry(
        ProviderDescription(
            id: "example", displayName: "Example", endpoints: Endpoints(token: "https://as.example.com/token"),
            domains: ["as.example.com"], clientAuthentication: .post))

    private static var told: CatalogueEntry {
        var entry = plain
        entry.documentation = "https://as.example.com/docs"
        entry.notes = ["Nobody knows why."]
        entry.sources = [DescriptionSource("https://as.example.com/page", read: "2026-11-21", fields: ["tokens"])]
        entry.unknown = ["tokens.grace"]
        return entry
    }

    /// Each in the text for people and in JSON, and in neither where nothing is said.
    @Test(arguments: [
        ("https://as.example.com/docs", "documentation"), ("Nobody knows why.", "notes"),
        ("https://as.example.com/page, 2026-11-21: tokens", "sources"), ("tokens.grace", "unknown"),
    ])
    func `shows what no field of a request says`(_ text: String, _ member: String) throws {
        for (entry, isTold) in [(Self.plain, false), (Self.told, true)] {
            let view = ProviderView(entry)
            #expect(view.facts.text.contains(text) == isTold)
            let json = try JSONSerialization.jsonObject(with: Data(JSONText.document(view).utf8)) as? [String: Any]
            #expect((json?[member] != nil) == isTold)
        }
    }
}
