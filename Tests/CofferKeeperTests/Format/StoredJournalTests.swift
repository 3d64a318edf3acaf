// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Testing

@testable import CofferKeeper

/// The page says which names stand in the JSON of a rotation's journal; one that is added to the code alone fails here.
@Suite struct `The stored events of a rotation` {
    private static func facts() throws -> [JournalEvent.Fact] {
        let path = try CredentialPath("main/crm/acme")
        let plan = RotationPlan(
            id: RotationID(random: 7), app: try CredentialPath("main/crm"), subject: .value, mode: .leak,
            taint: .hold, driver: "operator", overlaps: true, connections: [path], openedBy: "owner")
        let proof = Proof(
            subject: "old access token", claim: "dead", result: .unproven, at: Date(timeIntervalSince1970: 1),
            evidence: "e", clientID: "c")
        let request = OperatorRequest(title: "t", steps: ["s"], link: "https://l", changesClientID: true)
        return [
            .opened(plan), .resumed, .listed([path]), .tainted,
            .awaitingOperator(request), .frozen,
            .secretRequested(attempt: 1, mayHaveBeenSent: false), .pendingSealed(evidence: "e"), .pendingProbed(proof),
            .switched, .oldSecretProbed(proof), .reissued(path, .reissued), .reissued(path, .needsPerson(reason: "r")),
            .reissued(path, .failed(reason: "r", retryable: true)), .tokensProbed(path, [proof]),
            .leftTokensProbed(path, [proof]), .oldSecretRemoved(evidence: "e"),
            .awaitingRemoval(request), .unplannedListed([path]), .closed(openItems: ["o"]),
            .abandoned(reason: "r"),
        ]
    }

    /// A new event does not compile here before somebody has looked at the page and at the samples above.
    private static func isOnThePage(_ fact: JournalEvent.Fact) -> Bool {
        switch fact {
        case .opened, .resumed, .listed, .tainted, .awaitingOperator, .frozen, .secretRequested, .pendingSealed,
            .pendingProbed,
            .switched, .oldSecretRemoved, .awaitingRemoval, .oldSecretProbed, .reissued, .tokensProbed,
            .leftTokensProbed, .unplannedListed, .closed, .abandoned:
            true
        }
    }

    private static func json(_ fact: JournalEvent.Fact) throws -> Any {
        let event = JournalEvent(at: Date(timeIntervalSince1970: 1.5), by: "owner", fact)
        return try JSONSerialization.jsonObject(with: VaultRotationJournal.encoder.encode(event))
    }

    @Test func `have the names that the page lists, each of them, and no other`() throws {
        let page = try FormatPage("Journal")
        var found: [String: Set<String>] = [:]
        var events: [String: Set<String>] = [:]
        for fact in try Self.facts() where Self.isOnThePage(fact) {
            #expect(!FormatPage.hasGap(fact))
            let json = try Self.json(fact)
            for instance in try page.instances(of: "event", in: json) {
                found[instance.object, default: []].formUnion(instance.names)
                if instance.object == "event" {
                    events[fact.name, default: []].formUnion(instance.names.subtracting(["at", "by", "event"]))
                }
            }
            let at = (json as? [String: Any])?["at"] as? Double
            #expect(at == 1500)
        }
        #expect(found == page.objects.mapValues { Set($0.keys) })
        #expect(events == page.events)
    }

    @Test func `need what the page says they have`() throws {
        let page = try FormatPage("Journal")
        for fact in try Self.facts() {
            let whole = try Self.json(fact)
            for instance in try page.instances(of: "event", in: whole) {
                for name in instance.names {
                    let less = FormatPage.removing(instance.path + [name], from: whole)
                    let decoded = try? VaultRotationJournal.decoder.decode(
                        JournalEvent.self, from: JSONSerialization.data(withJSONObject: less))
                    // What an event has besides is always there with that event.
                    let isListed = page.objects[instance.object]?[name]?.isRequired == true
                    let isNeeded = isListed || instance.object == "event"
                    #expect((decoded == nil) == isNeeded, "\(name) of \(fact.name)")
                }
            }
        }
    }
}
