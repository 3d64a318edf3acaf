// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization
import Testing

@Suite struct `Two operators at one rotation` {
    static func runner(_ world: RotationWorld, _ journal: any RotationJournal, _ name: String) -> RotationRunner {
        RotationRunner(
            journal: journal, steps: world, operator: world, name: name,
            effects: RotationEffects(now: { world.now() }, pause: { _ in }))
    }

    @Test(arguments: [[], ["tainted"]])
    func `who begin at once: one wins and the other is told`(before: [String]) async throws {
        let world = RotationWorld(try .of(3))
        try await world.runner().open(world.plan)
        if !before.isEmpty {
            try await world.taint(world.plan)
            try await world.append(JournalEvent(at: world.now(), by: "ada", .tainted), to: world.plan.id, at: 1)
        }
        let meeting = MeetingJournal(world)
        async let ada = Result { try await Self.runner(world, meeting, "ada").run(world.plan.id).state }
        async let grace = Result { try await Self.runner(world, meeting, "grace").run(world.plan.id).state }
        let results = await [ada, grace]
        #expect(results.filter { (try? $0.get()) == .closed }.count == 1)
        let errors = results.compactMap { result in
            if case .failure(let error) = result { error as? RotationError } else { nil }
        }
        #expect(errors == [RotationError(.superseded, "")])
        #expect(errors.first?.message.contains("another operator is running rotation r-0000000000c0ffee") == true)
        #expect(world.violations == [])
        #expect(world.state.withLock { $0.requestsSent } == 1)
        #expect(world.names.filter { $0 == "secret_requested" }.count == 1)
    }

    @Test func `one of whom sat at the prompt while the other finished: the late paste changes nothing`() async throws {
        let world = RotationWorld(try .of(1, driver: "operator"))
        try await world.runner().open(world.plan)
        let late = LatePerson(world)
        let slow = RotationRunner(
            journal: world, steps: world, operator: late, name: "ada",
            effects: RotationEffects(now: { world.now() }, pause: { _ in }))
        await #expect(throws: RotationError(.superseded, "")) { try await slow.run(world.plan.id) }
        #expect(try world.endState().report == .closed)
        #expect(world.state.withLock { $0.pending } == nil)
        #expect(world.calls.filter { $0 == "accept" }.count == 1)
    }

    @Test func `one of whom thought long about the click: the late Enter freezes nothing`() async throws {
        let world = RotationWorld(try .of(1, driver: "operator"))
        try await world.runner().open(world.plan)
        let slow = RotationRunner(
            journal: world, steps: world, operator: LatePerson(world, isLateToClick: true), name: "ada",
            effects: RotationEffects(now: { world.now() }, pause: { _ in }))
        await #expect(throws: RotationError(.superseded, "")) { try await slow.run(world.plan.id) }
        #expect(try !world.endState().isFrozen)
        #expect(world.calls.filter { $0 == "freeze" }.count == 1)
    }

    @Test func `one of whom paused before trying again: what the other did is not done twice`() async throws {
        let plan = try RotationPlan.of(1)
        let world = RotationWorld(plan)
        let trouble = ReissueResult.failed(reason: "503", retryable: true)
        world.state.withLock { $0.script.results = [plan.connections[0]: [trouble]] }
        try await world.runner().open(plan)
        let slow = RotationRunner(
            journal: world, steps: world, operator: world, name: "ada",
            effects: RotationEffects(
                now: { world.now() },
                pause: { _ in _ = try await world.runner(name: "grace").run(plan.id) }))
        await #expect(throws: RotationError(.superseded, "")) { try await slow.run(plan.id) }
        #expect(try world.endState().report == .closed)
        #expect(world.calls.filter { $0.hasPrefix("reissue") }.count == 2)
    }

    /// Somebody whose colleague resumes and finishes the rotation before the click or the paste.
    struct LatePerson: RotationOperator {
        let world: RotationWorld
        let isLateToClick: Bool

        init(_ world: RotationWorld, isLateToClick: Bool = false) {
            self.world = world
            self.isLateToClick = isLateToClick
        }

        func isPresent() async -> Bool { true }

        func readyToClick(_ request: OperatorRequest) async throws -> Bool {
            if isLateToClick { _ = try await world.runner(name: "grace").run(world.plan.id) }
            return true
        }

        func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
            _ = try await world.runner(name: "grace").run(world.plan.id)
            return Secret("77")
        }

        func hasRemoved(_ request: OperatorRequest) async throws -> Bool { false }
    }
}

extension Result where Failure == any Error {
    /// Keeps what an asynchronous body gives or throws.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
