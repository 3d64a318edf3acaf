// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferAgentClient

@Suite struct `A reader of events` {
    private static func event(_ name: String, _ data: String) -> String { "event: \(name)\ndata: \(data)\n\n" }

    @Test func `tells what each is about, whatever it is, in pieces of any length`() throws {
        let text = [
            ":\n\n", Self.event("refreshed", #"{"format_version":1,"path":"main/crm/acme","version":8}"#), ":\n\n:\n\n",
            Self.event("rotation_opened", #"{"path":"main/crm"}"#), Self.event("locked", #"{"format_version":1}"#),
            Self.event("made_up", #"{"path":"main/crm/birch","later":[1]}"#), "event: tainted\n",
        ].joined()
        let expected: [AgentNews] = [
            .below("main/crm/acme"), .below("main/crm"), .everything, .below("main/crm/birch"),
        ]
        for length in [1, 7, text.utf8.count] {
            var reader = EventReader()
            var news: [AgentNews] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                news += try reader.take(rest.prefix(length))
                rest = rest.dropFirst(length)
            }
            #expect(news == expected, "\(length)")
        }
    }

    @Test(arguments: ["", "{", "[]", "17", #"{"path":17}"#, #"{"path":["main/a"]}"#, #"{"path":"main/a"} x"#])
    func `takes one that makes no sense for everything`(data: String) throws {
        var reader = EventReader()
        let text = Self.event("tainted", data)
        let news = try reader.take(text.utf8)
        #expect(news == [.everything])
        // And the next one for what it is.
        let next = Self.event("tainted", #"{"path":"main/b"}"#)
        let later = try reader.take(next.utf8)
        #expect(later == [.below("main/b")])
    }

    @Test func `gives up on a line that does not end`() throws {
        var reader = EventReader()
        let line = String(repeating: "a", count: 16 << 10)
        let news = try reader.take(line.utf8)
        #expect(news == [])
        #expect(throws: CredentialError(.damaged, message: "")) { try reader.take("a".utf8) }
    }

    @Test func `means a path and what lies below it`() throws {
        let news = AgentNews.below("main/crm")
        for path in ["main/crm", "main/crm/acme", "main/crm/a/b"] {
            let one = try CredentialPath(path)
            #expect(news.concerns(one))
        }
        for path in ["main/crmx", "main/other/crm", "prod/crm"] {
            let other = try CredentialPath(path)
            #expect(!news.concerns(other) && AgentNews.everything.concerns(other))
        }
    }
}
