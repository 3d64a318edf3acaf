// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Foundation
import Testing

@testable import CofferCommands

@Suite struct `A page about a leaked client secret` {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/rotation")

    private static func page(_ change: (inout ProviderDescription) -> Void = { _ in }) -> String {
        var description = ProviderDescription(
            id: "example", displayName: "Example", endpoints: Endpoints(token: "https://as.example.com/token"),
            domains: ["as.example.com"], clientAuthentication: .post)
        change(&description)
        return SecretGuide(CatalogueEntry(description)).markdown
    }

    @Test func `is in the documentation for each provider that is built in, as it is printed`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(names == ProviderCatalogue.entries.map { "\($0.description.id).md" }.sorted(), "run: make guides")
        for entry in ProviderCatalogue.entries {
            let file = Self.folder.appending(path: "\(entry.description.id).md")
            let page = try String(contentsOf: file, encoding: .utf8)
            #expect(page == SecretGuide(entry).markdown, "\(file.lastPathComponent) is another; run: make guides")
        }
    }

    @Test func `says what is not known instead of guessing`() {
        let page = Self.page()
        #expect(page.contains("Whether the old secret ends by itself is not known"))
        #expect(page.contains("Whether tokens outlive the old secret is not known."))
        #expect(page.contains("no rate limit is known"))
        #expect(page.components(separatedBy: "`unproven`").count == 3)
    }

    @Test func `says how long a thousand accounts take, beside each other where the limit is theirs`() {
        func page(_ scope: RateLimit.Scope?) -> String {
            Self.page { $0.rateLimit = RateLimit(amount: 7, interval: .seconds(1), burst: 1, scope: scope) }
        }
        #expect(
            page(nil).contains(
                "at most 7 requests a second. With the questions about its tokens, 1,000 accounts take at least 7 min.")
        )
        #expect(
            page(.account).contains(
                "at most 7 requests a second for each account. With the questions about its tokens, 1,000 accounts take at least 1 min."
            ))
        let slow = Self.page { $0.rateLimit = RateLimit(amount: 2, interval: .milliseconds(1500), burst: 1) }
        #expect(slow.contains("at most 2 requests in 1.5 s."))
        #expect(slow.contains("1,000 accounts take at least 37 min."))
    }

    @Test func `warns that everything is connected anew where the client id changes`() {
        let instructions = OperatorInstructions(
            title: "Add it anew", steps: ["First", "Second"], link: "https://as.example.com/apps", changesClientID: true
        )
        let page = Self.page { $0.secretReplacement = .operator(instructions) }
        #expect(
            page.contains("A person. Add it anew:\n\n1. First\n2. Second\n\nBegin at <https://as.example.com/apps>.\n"))
        #expect(page.contains("The client id changes with the secret"))
    }

    @Test func `can't steer a terminal with what somebody's own description says`() {
        let page = Self.page { $0.displayName = "\u{1B}[2JExample\nbut" }
        #expect(!page.unicodeScalars.contains("\u{1B}"))
        #expect(page.hasPrefix("# [2JExample"))
    }
}
