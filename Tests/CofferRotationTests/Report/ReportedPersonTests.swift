// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Foundation
import Testing

@Suite struct `Who ran a rotation` {
    @Test func `is told with what each did and when`() async throws {
        let people = try await `A rotation's report`.eventful().people
        #expect(people.map(\.name) == ["ada", "grace"])
        let (ada, grace) = (try #require(people.first), try #require(people.last))
        #expect(ada.deeds.first?.step == "opened" && ada.to < grace.from)
        let deeds = grace.deeds.map(ReportWords.deed)
        #expect(
            deeds == [
                "went on with it", "tried the old secret", "had new tokens issued to 3 connections",
                "tried in vain to have tokens issued, 2 times", "asked about the tokens of 3 connections",
                "asked about the old tokens of 1 connection without new ones", "closed it",
            ])
    }

    @Test func `has words for every step there is`() throws {
        let steps = [
            "opened", "resumed", "listed", "tainted", "awaiting_operator", "frozen", "secret_requested",
            "pending_sealed", "pending_probed", "switched", "old_secret_probed", "reissued", "not_reissued",
            "tokens_probed", "left_tokens_probed", "unplanned_listed", "closed",
        ]
        let words = steps.map { ReportWords.deed(.init(step: $0, count: 1)) }
        #expect(Set(words).count == steps.count)
        for (step, word) in zip(steps, words) { #expect(word != ReportWords.step(step), "\(step)") }
        // One that came with a newer program is told by its name.
        #expect(ReportWords.deed(.init(step: "created_beside", count: 2)) == "created beside, 2 times")
    }
}

@Suite struct `The milestones of a leak` {
    @Test func `are in the order that is meant, with their times`() async throws {
        let milestones = try await `A rotation's report`.eventful().milestones
        #expect(milestones.map(\.kind) == [.opened, .tainted, .switched, .oldSecretDead, .reissued, .closed])
        let times = milestones.compactMap(\.at)
        #expect(times.count == 6 && times == times.sorted())
    }

    @Test func `have no time before they are reached`() async throws {
        let world = try await `A rotation's runner`.world(1)
        let milestones = try RotationReport(events: world.events).milestones
        #expect(milestones.filter { $0.at != nil }.map(\.kind) == [.opened, .tainted])
    }
}
