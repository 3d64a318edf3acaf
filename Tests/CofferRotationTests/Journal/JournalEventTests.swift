// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Testing

@Suite struct `A journal's row` {
    @Test func `comes back as it was written`() throws {
        let path = try CredentialPath("main/app/c0")
        let proof = Proof(
            subject: "new client_secret", claim: "accepted", result: .unproven, at: Date(timeIntervalSince1970: 5),
            evidence: "no probe is described")
        let facts =
            try EventOrderSuite.facts() + [
                .reissued(path, .needsPerson(reason: "gone")), .reissued(path, .failed(reason: "503", retryable: true)),
                .reissued(path, .failed(reason: "nonsense", retryable: false)), .tokensProbed(path, [proof]),
                .leftTokensProbed(path, [proof]),
                .closed(openItems: ["main/app/c0 needs a person: gone"]),
                .secretRequested(attempt: 2, mayHaveBeenSent: true),
                .opened(try .of(2, driver: "api", mode: .planned, overlaps: true)),
            ]
        for fact in facts {
            let event = JournalEvent(at: Date(timeIntervalSince1970: 1_795_230_001.5), by: "ada", fact)
            let row = try JSONEncoder().encode(event)
            #expect(try JSONDecoder().decode(JournalEvent.self, from: row) == event)
        }
    }

    @Test func `from before there were two secrets side by side opens a leak with one at a time`() throws {
        let row = """
            {"at":0,"by":"ada","event":"opened","plan":{"app":"main/app","connections":["main/app/c0"],"driver":"operator",
            "id":"r-0000000000c0ffee","mode":"leak","opened_by":"ada","taint":"serve"}}
            """
        let fact = try JSONDecoder().decode(JournalEvent.self, from: Data(row.utf8)).fact
        #expect(fact == .opened(try .of(1, driver: "operator", taint: .serve)))
    }

    @Test func `is one flat object with the contract's names`() throws {
        let event = JournalEvent(
            at: Date(timeIntervalSince1970: 0), by: "ada", .secretRequested(attempt: 1, mayHaveBeenSent: true))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.dateEncodingStrategy = .iso8601
        #expect(
            String(decoding: try encoder.encode(event), as: UTF8.self)
                == #"{"at":"1970-01-01T00:00:00Z","attempt":1,"by":"ada","event":"secret_requested","may_have_been_sent":true}"#
        )
    }

    @Test(arguments: [
        #"{"at":0,"by":"ada","event":"danced"}"#,
        #"{"at":0,"by":"ada","event":"reissued","connection":"main/app/c0","result":"danced"}"#,
    ])
    func `of a kind that only a newer program knows says so`(row: String) {
        #expect(throws: RotationError(.newer, "")) {
            try JSONDecoder().decode(JournalEvent.self, from: Data(row.utf8))
        }
    }

    @Test func `has room for what only a newer program reads`() throws {
        let row = #"{"at":0,"by":"ada","event":"frozen","why":{"told":["x"]}}"#
        #expect(try JSONDecoder().decode(JournalEvent.self, from: Data(row.utf8)).fact == .frozen)
    }

    @Test func `holds no control character of whoever spoke`() throws {
        let proof = Proof(
            subject: "new client_secret", claim: "accepted", result: .refuted, at: Date(timeIntervalSince1970: 0),
            evidence: "\u{1B}[2Jgone\u{202E}\r\nlate\u{7F}")
        #expect(proof.evidence == "[2Jgone late")
    }
}

typealias EventOrderSuite = `The order of a journal`
