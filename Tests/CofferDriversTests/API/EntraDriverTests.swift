// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferSandbox
import Testing

@Suite(.timeLimit(.minutes(2))) struct `The driver over Microsoft Entra` {
    @Test func `removes what an abandoned rotation left, but never the secret in use`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.microsoft)
            let first = world.registration()
            // Of a rotation that was given up after its secret was put in use.
            let inUse = try #require(try await world.make(driver, world.order()).secret)
            let another = RotationID(random: 8)
            func order(_ rotation: RotationID, _ abandoned: [RotationID]) -> ReplacementOrder {
                ReplacementOrder(
                    registration: world.registration(inUse), mayHaveBeenSent: false, rotation: rotation,
                    abandoned: abandoned)
            }
            // Of one that was given up with its answer lost.
            let left = try #require(try await driver.addSecret(order(another, [world.rotation])) { _ in }.secret)
            #expect(await world.isAccepted(inUse))
            let third = RotationID(random: 9)
            let abandoned = [world.rotation, another]
            let new = try #require(try await driver.addSecret(order(third, abandoned)) { _ in }.secret)
            #expect(await world.isAccepted(new))
            #expect(await world.isAccepted(inUse))
            #expect(await !world.isAccepted(left))
            #expect(await world.isAccepted(try #require(first.clientSecret)))
        }
    }

    @Test func `removes what was in use before an abandoned rotation, where it can tell which that is`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.microsoft)
            let first = try #require(world.registration().clientSecret)
            // Of a rotation that was given up after its secret was put in use, and before the first was removed.
            let inUse = try #require(try await world.make(driver, world.order()).secret)
            func order(_ rotation: RotationID, _ unwanted: Secret) -> ReplacementOrder {
                ReplacementOrder(
                    registration: world.registration(inUse), mayHaveBeenSent: false, unwanted: [unwanted],
                    rotation: rotation, abandoned: [world.rotation])
            }
            let alike = inUse.withExposedText { Secret("\($0.prefix(3))-made-up") }
            _ = try await driver.addSecret(order(RotationID(random: 8), alike)) { _ in }
            #expect(await world.isAccepted(first))
            #expect(await world.isAccepted(inUse))
            let new = try #require(try await driver.addSecret(order(RotationID(random: 9), first)) { _ in }.secret)
            #expect(await !world.isAccepted(first))
            #expect(await world.isAccepted(inUse))
            #expect(await world.isAccepted(new))
        }
    }

    @Test func `leaves it to a person where it can't tell the secrets apart`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.microsoft)
            let old = Secret(world.sandbox.integration.clientSecret)
            // Begins as the old one does, and was pasted by a person: it carries no label.
            let pasted = old.withExposedText { Secret("\($0.prefix(3))-made-up") }
            let removal = try await world.remove(driver, old, keeping: pasted)
            guard case .needsOperator(let request) = removal else {
                Issue.record("\(removal)")
                return
            }
            #expect(request.steps.first?.contains("shows only how a secret begins") == true)
            #expect(await world.isAccepted(old))
        }
    }

    @Test func `finds gone what is gone`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.microsoft)
            let inUse = Secret(world.sandbox.integration.clientSecret)
            let removal = try await world.remove(driver, Secret("~made-up-old-secret"), keeping: inUse)
            guard case .removed(let evidence) = removal else {
                Issue.record("\(removal)")
                return
            }
            #expect(evidence.contains("does not hold"))
            #expect(await world.isAccepted(inUse))
        }
    }
}
