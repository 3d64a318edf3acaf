// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// The real program, killed where no line of it tells how far it has come.
///
/// Each step is journalled by a commit of its own. The program dies in the call that makes its n-th commit durable
/// (`Chaos/commits.c`), for each n until it outlives that, and what the next one reports is what was journalled.
@Suite(
    .timeLimit(.minutes(10)),
    .enabled("nothing can be preloaded here") { await Preload.commits.value != nil })
struct `A rotation that is killed after a commit` {
    private static let resuming = ["rotate", "resume"]
    /// More commits than one program of a rotation makes.
    private static let mostCommits = 60

    @Test(arguments: RotationCourse.all)
    func `goes on to the same end, whichever step was journalled last`(course: RotationCourse) async throws {
        try await KilledRotation.with(course.hands) { rotation in
            var before = try await rotation.inForce()
            for (run, steps) in course.runs.enumerated() {
                var lasts: [String] = []
                for count in 1...Self.mostCommits {
                    let end = try await Self.life(rotation, course, before, killing: run, after: count)
                    before = end.inForce
                    guard let last = end.last else { break }
                    if lasts.last != last { lasts.append(last) }
                }
                #expect(lasts == steps, "run \(run)")
            }
        }
    }

    /// One rotation, one of whose programs dies right after so many commits.
    ///
    /// - Returns: the step that was journalled last then, nil if the program made fewer commits and ended by itself; and what is in
    ///   force at the end.
    private static func life(
        _ rotation: KilledRotation, _ course: RotationCourse, _ before: KilledRotation.Before, killing run: Int,
        after count: Int
    ) async throws -> (last: String?, inForce: KilledRotation.Before) {
        let opening = ["rotate", rotation.app, course.mode]
        try rotation.begin()
        var pasted: String?
        for number in 0..<run {
            let end = try await rotation.run(number == 0 ? opening : resuming, pasted: &pasted)
            #expect(end.status == .exited(82), "\(end.errors)")
        }
        let killed = try await rotation.run(run == 0 ? opening : resuming, pasted: pasted, dyingAfter: count)
        let isKilled = killed.status == .signaled(SIGKILL)
        let steps = try await rotation.steps()
        let last = try #require(steps.last)
        let place = "run \(run), commit \(count), after \(last)"
        let ends: [TerminationStatus] = [.signaled(SIGKILL), .exited(course.hands.isAnew ? 83 : 0), .exited(82)]
        #expect(ends.contains(killed.status), "\(place): \(killed.errors)")
        if isKilled, !course.hands.isPerson {
            let isOldThere = try await rotation.secretsInForce().contains(before.secret)
            #expect(Self.mayBe(isOldThere, after: steps, course.hands), "\(place): \(isOldThere)")
        }
        if killed.status == .exited(82) { try await rotation.act(&pasted) }
        try await rotation.finish(&pasted)
        let end = try await rotation.expectEnd(since: before, course.mode, place)
        // Where the next program can't know whether the request was sent, it says so, and asks what is there first.
        let announced = end.steps.count { $0 == "secret_requested" }
        let isLost = isKilled && last == "secret_requested"
        #expect(announced == (course.hands.isPerson ? 0 : isLost ? 2 : 1), "\(place)")
        #expect(rotation.requestCount == (course.hands.isPerson ? 0 : 1), "\(place)")
        return (isKilled ? last : nil, end.inForce)
    }

    /// Whether the old secret may be in force, or may not, after such steps.
    ///
    /// Beside the new one until its removal; where there is one at a time until the request, whose effect is journalled later.
    private static func mayBe(_ isThere: Bool, after steps: [String], _ hands: KilledRotation.Hands) -> Bool {
        if hands.keepsTwo { return isThere != steps.contains("old_secret_removed") }
        return steps.last == "secret_requested" || isThere != steps.contains("pending_sealed")
    }

    /// Each of the requests of a driver takes effect, and its answer is never heard.
    @Test(arguments: KilledRotation.Hands.asking, ["--leak", "--planned"])
    func `or while a request of its driver is not answered goes on to the same end`(
        hands: KilledRotation.Hands, mode: String
    ) async throws {
        try await KilledRotation.with(hands) { rotation in
            let log = rotation.world.sandbox.log
            let counts = hands.requestCounts
            var before = try await rotation.inForce()
            for number in 1...counts.inAll {
                try rotation.begin()
                rotation.world.sandbox.faults.set([
                    FaultRule(.hang, at: hands.endpoint, nth: number, processed: true)
                ])
                let arrivals = log.arrivals()
                try await rotation.world.program.start(["rotate", rotation.app, mode]) { running in
                    for await _ in arrivals where log.requests(for: hands.endpoint).count >= number { break }
                    running.send(SIGKILL)
                }
                // What was sent takes effect before anybody asks.
                while log.records.contains(where: { $0.answeredAfter == nil }) { await Task.yield() }
                rotation.world.sandbox.faults.clear()
                var pasted: String?
                try await rotation.finish(&pasted)
                let place = "request \(number)"
                let end = try await rotation.expectEnd(since: before, mode, place)
                before = end.inForce
                let announced = end.steps.count { $0 == "secret_requested" }
                #expect(announced == (number <= counts.untilMade ? 2 : 1), "\(place)")
                // Most show what was lost. Where it can't be read again another takes its place, or is made once it is removed.
                let isMadeTwice = hands.showsOnce && number == counts.untilMade
                #expect(rotation.requestCount == (isMadeTwice ? 2 : 1), "\(place)")
                // The answer of a registration endpoint takes the way to the registration with it, so that a person is asked.
                #expect((pasted != nil) == (hands == .registration && number == counts.untilMade), "\(place)")
            }
        }
    }

    /// The end of the one and the opening of the other are one commit, after which the second program dies as well.
    ///
    /// Keycloak takes no third secret without ending the one in use: where the first rotation's own is not in force, a person
    /// makes the next.
    @Test(arguments: [KilledRotation.Hands.microsoft, .keycloakWithTwo])
    func `and is given up for a leak leaves nothing behind either`(hands: KilledRotation.Hands) async throws {
        try await KilledRotation.with(hands) { rotation in
            var lasts: Set<String> = []
            var needed = 0
            var before = try await rotation.inForce()
            for count in 1...Self.mostCommits {
                try rotation.begin()
                let planned = try await rotation.run(
                    ["rotate", rotation.app, "--planned"], pasted: nil, dyingAfter: count)
                guard planned.status == .signaled(SIGKILL), let last = try await rotation.steps().last, last != "closed"
                else { break }
                try rotation.world.outliveIntents()
                let leak = try await rotation.run(
                    ["rotate", rotation.app, "--leak", "--force"], pasted: nil, dyingAfter: 1)
                #expect(leak.status == .signaled(SIGKILL), "after \(last): \(leak.errors)")
                var pasted: String?
                try await rotation.finish(&pasted)
                before = try await rotation.expectEnd(since: before, "--leak", "after \(last)").inForce
                let list = try await rotation.world.succeed("rotate", "list", "--json")
                let both = (list.json["rotations"] as? [[String: Any]] ?? []).suffix(2)
                #expect(both.first?["state"] as? String == "abandoned", "after \(last): \(list.text)")
                let announced = both.flatMap { KilledRotation.stepNames(of: $0) }.count { $0 == "secret_requested" }
                #expect(rotation.requestCount <= announced, "after \(last)")
                let mayNeedPerson =
                    hands == .keycloakWithTwo
                    && ["secret_requested", "pending_sealed", "pending_probed"].contains(last)
                #expect(pasted == nil || mayNeedPerson, "after \(last)")
                needed += pasted == nil ? 0 : 1
                lasts.insert(last)
            }
            #expect(lasts.isSuperset(of: ["secret_requested", "pending_sealed", "switched", "old_secret_removed"]))
            #expect((needed > 0) == (hands == .keycloakWithTwo))
        }
    }
}
