// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Synchronization
import Testing

@Suite struct `A rotation that needs a person` {
    typealias Runner = `A rotation's runner`

    @Test func `freezes at the person's word and takes the pasted secret`() async throws {
        let world = try await Runner.world(1, driver: "operator")
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(
            world.calls.prefix(7) == ["taint", "replace", "ready", "freeze", "ask", "accept", "prove new"])
        #expect(!world.names.contains("secret_requested"))
    }

    @Test func `waits unfrozen when the person is not ready`() async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.isReady = [false] }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .awaitingOperator)
        #expect(!report.isFrozen)
        #expect(report.awaits?.title == "regenerate the secret")
        #expect(try await world.runner().run(world.plan.id).state == .closed)
    }

    @Test func `waits frozen where there is neither a terminal nor a secret on standard input`() async throws {
        let world = try await Runner.world(1, driver: "operator") { script in
            script.isPresent = false
            script.pastes = [.nothing]
        }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .awaitingOperator)
        #expect(report.isFrozen)
        #expect(report.openItems == ["waits for an operator: regenerate the secret"])
        #expect(!world.calls.contains("ready"))
    }

    @Test func `takes the secret on standard input where there is no terminal`() async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.isPresent = false }
        #expect(try await world.runner().run(world.plan.id).state == .closed)
    }

    @Test func `is resumed on another day by another operator without asking to click again`() async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.pastes = [.nothing] }
        #expect(try await world.runner(name: "ada").run(world.plan.id).state == .awaitingOperator)
        let report = try await world.runner(name: "grace").run(world.plan.id)
        #expect(report.state == .closed)
        #expect(world.calls.filter { $0 == "ready" }.count == 1)
        #expect(report.steps.first { $0.step == "resumed" }?.by == "grace")
        #expect(report.steps.first { $0.step == "pending_sealed" }?.detail == "entered by grace")
    }

    @Test(arguments: [RotationWorld.Paste.malformed, .old])
    func `asks again for a value that can't be the secret`(paste: RotationWorld.Paste) async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.pastes = [paste, .right] }
        #expect(try await world.runner().run(world.plan.id).state == .closed)
        #expect(world.calls.contains("ask again"))
    }

    @Test func `says what was wrong with the value on standard input and changes nothing`() async throws {
        let world = try await Runner.world(1, driver: "operator") { script in
            script.isPresent = false
            script.pastes = [.malformed, .nothing]
        }
        await #expect(throws: RotationError(.unusableSecret, "")) { try await world.runner().run(world.plan.id) }
        #expect(world.names.last == "frozen")
        #expect(world.state.withLock { $0.pending } == nil)
    }

    @Test func `hands the client id that came with the secret on, and says so`() async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.addsAnew = [true] }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(world.calls.contains("accept with made-up-id-1"))
        #expect(
            report.steps.first { $0.step == "pending_sealed" }?.detail
                == "entered by ada, with the client id made-up-id-1")
    }

    @Test func `asks again for both where the client id is none`() async throws {
        let world = try await Runner.world(1, driver: "operator") { script in
            script.addsAnew = [true]
            script.clientIDs = [.malformed]
        }
        #expect(try await world.runner().run(world.plan.id).state == .closed)
        #expect(world.calls.filter { $0.hasPrefix("accept") } == ["accept with no id", "accept with made-up-id-1"])
        #expect(world.calls.filter { $0.hasPrefix("ask") } == ["ask", "ask again"])
    }

    @Test func `gives up asking after five unusable values`() async throws {
        let world = try await Runner.world(1, driver: "operator") {
            $0.pastes = Array(repeating: .malformed, count: 9)
        }
        await #expect(throws: RotationError(.unusableSecret, "")) { try await world.runner().run(world.plan.id) }
        #expect(world.calls.filter { $0.hasPrefix("ask") }.count == 5)
    }

    @Test func `asks once more for a value that the provider refused`() async throws {
        let world = try await Runner.world(1, driver: "operator") { $0.pastes = [.wrong, .right] }
        #expect(try await world.runner().run(world.plan.id).state == .closed)
        #expect(world.calls.filter { $0.hasPrefix("ask") } == ["ask", "ask again"])
        #expect(world.violations == [])
    }

    @Test func `asks the person where the provider's answer held no secret`() async throws {
        let world = try await Runner.world(1) { $0.fallsToOperator = true }
        #expect(try await world.runner().run(world.plan.id).state == .closed)
        #expect(
            world.names.prefix(6) == [
                "opened", "tainted", "frozen", "secret_requested", "awaiting_operator", "pending_sealed",
            ])
    }
}
