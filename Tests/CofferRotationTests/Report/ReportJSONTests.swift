// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Foundation
import Testing

@Suite struct `A report in JSON` {
    typealias Runner = `A rotation's runner`

    static func object(_ report: RotationReport) throws -> [String: Any] {
        // A strategy that would break the contract if the report left times to the encoder.
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .millisecondsSince1970
        return try JSONSerialization.jsonObject(with: encoder.encode(report)) as? [String: Any] ?? [:]
    }

    @Test func `has the contract's names`() async throws {
        let object = try Self.object(await `A rotation's report`.eventful())
        #expect(
            object.keys.sorted() == [
                "app", "closed_at", "connections", "driver", "id", "mode", "old_secret_dead_at", "open_items",
                "opened_at", "opened_by", "proofs", "reissued_at", "state", "steps", "subject", "taint", "tainted_at",
                "version",
            ])
        #expect(object["subject"] as? String == "client_secret")
        #expect(object["version"] as? Int == 1)
        #expect(object["state"] as? String == "closed")
        #expect(object["opened_at"] as? String == "2026-11-21T03:00:01Z")
        let proof = try #require((object["proofs"] as? [[String: Any]])?.first)
        #expect(proof.keys.sorted() == ["at", "claim", "evidence", "result", "subject"])
        let step = try #require((object["steps"] as? [[String: Any]])?.first)
        #expect(step.keys.sorted() == ["at", "by", "step"])
        let connection = try #require((object["connections"] as? [[String: Any]])?.first)
        #expect(connection.keys.sorted() == ["handled_at", "outcome", "path", "tokens", "tries"])
    }

    @Test func `marks a drill, and nothing else`() async throws {
        var report = try await `A rotation's report`.eventful()
        #expect(try Self.object(report)["drill"] == nil)
        report.drill = DrillMark(
            standIn: "amocrm", provider: "amoCRM", isVirtual: true, lasted: .seconds(12),
            skipped: .milliseconds(251_900),
            isByHand: false)
        let drill = try #require(try Self.object(report)["drill"] as? [String: Any])
        #expect(Set(drill.keys) == ["stand_in", "clock", "lasted_seconds", "skipped_seconds", "by_hand"])
        #expect(drill["stand_in"] as? String == "amocrm" && drill["clock"] as? String == "virtual")
        #expect(drill["lasted_seconds"] as? Int == 12 && drill["skipped_seconds"] as? Int == 251)
        #expect(drill["by_hand"] as? Bool == false)
    }

    @Test func `lists the bundles that are out there, and nothing where nobody could look`() async throws {
        var report = try await `A rotation's report`.eventful()
        for survey in [nil, BundleSurvey.unreadable] {
            report.bundles = survey
            #expect(try Self.object(report)["bundles"] == nil)
        }
        report.bundles = .known([])
        #expect((try Self.object(report)["bundles"] as? [Any])?.isEmpty == true)
        report.bundles = .known([`A rotation's report`.lent])
        let bundle = try #require((try Self.object(report)["bundles"] as? [[String: Any]])?.first)
        #expect(Set(bundle.keys) == ["id", "identity", "made_at", "until", "paths"])
        #expect(bundle["identity"] as? String == "ci")
        #expect(bundle["until"] as? String == "2026-11-21T03:30:00Z")
        #expect(bundle["paths"] as? [String] == ["main/app/c0", "main/app/c1", "main/app/c2", "main/app/c3"])
    }

    @Test func `leaves out what is not there instead of null`() async throws {
        let world = try await Runner.world(1)
        let object = try Self.object(RotationReport(events: world.events))
        #expect(object["tainted_at"] as? String == object["opened_at"] as? String)
        for name in ["old_secret_dead_at", "reissued_at", "closed_at", "awaits", "stop_reason"] {
            #expect(object[name] == nil, "\(name)")
        }
        #expect(object["state"] as? String == "running")
        #expect((object["open_items"] as? [String]) == [])
    }

    @Test func `says what a person is waited for`() async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.pastes = [.nothing] }
        let object = try Self.object(try await world.runner().run(world.plan.id))
        #expect(object["state"] as? String == "awaiting_operator")
        let awaits = try #require(object["awaits"] as? [String: Any])
        #expect(awaits["steps"] as? [String] == ["open the page", "click"])
        #expect(awaits["link"] == nil)
    }

    @Test(arguments: [true, false])
    func `says that a client id is waited for as well, and nothing of it where none is`(changes: Bool) async throws {
        let world = try await Runner.world(1, driver: "operator")
        let request = OperatorRequest(title: "add it anew", steps: ["click"], link: nil, changesClientID: changes)
        let facts: [JournalEvent.Fact] = [.tainted, .awaitingOperator(request)]
        let events = world.events + facts.map { JournalEvent(at: world.now(), by: "ada", $0) }
        let object = try Self.object(RotationReport(events: events))
        #expect((object["awaits"] as? [String: Any])?["changes_client_id"] as? Bool == (changes ? true : nil))
    }

    @Test func `says why it is stopped`() async throws {
        let world = try await Runner.world(1) { $0.oldVerdicts = [.refuted] }
        let object = try Self.object(try await world.runner().run(world.plan.id))
        #expect(object["state"] as? String == "stopped")
        #expect(object["stop_reason"] as? String == "old_secret_accepted")
    }
}
