// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferSandbox
import Testing

@Suite(.timeLimit(.minutes(2))) struct `The driver over Keycloak` {
    @Test func `ends the rotated secret too, where a realm keeps one and nobody said so`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.keycloak, realm: "rotating")
            let old = Secret(world.sandbox.integration.clientSecret)
            let new = try #require(try await world.make(driver, world.order()).secret)
            #expect(await world.isAccepted(new))
            #expect(await !world.isAccepted(old))
        }
    }

    @Test func `keeps both until the old one is to go, where the realm keeps two`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.keycloak, realm: "rotating", keepsTwo: true)
            let old = Secret(world.sandbox.integration.clientSecret)
            let registration = world.registration()
            #expect(driver.overlaps(registration))
            let new = try #require(try await world.make(driver, world.order()).secret)
            #expect(await world.isAccepted(old))
            // Asked again without an answer: the same one.
            let again = try await world.make(driver, world.order(registration, mayHaveBeenSent: true))
            #expect(again.secret == new)
            // The one in use is never the one that goes.
            let wrong = try await world.remove(driver, new, keeping: old)
            guard case .needsOperator = wrong else {
                Issue.record("\(wrong)")
                return
            }
            #expect(await world.isAccepted(new))
            for _ in 0..<2 {
                guard case .removed = try await world.remove(driver, old, keeping: new) else {
                    Issue.record("the old secret was not removed")
                    return
                }
            }
            #expect(await !world.isAccepted(old))
            #expect(await world.isAccepted(new))
        }
    }

    @Test func `makes no third, which would end the one that works`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.keycloak, realm: "rotating", keepsTwo: true)
            let registration = world.registration()
            let refused = try #require(try await world.make(driver, world.order()).secret)
            let answer = try await world.make(driver, world.order(registration, refused: refused, attempt: 2))
            #expect(answer.steps?.first?.contains("would end the one that is in use") == true)
            #expect(await world.isAccepted(try #require(registration.clientSecret)))
        }
    }

    @Test func `ends what a rotation left that was given up, once a person has made another`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.keycloak, realm: "rotating", keepsTwo: true)
            let old = Secret(world.sandbox.integration.clientSecret)
            let left = try #require(try await world.make(driver, world.order()).secret)
            let next = try await world.make(driver, world.order(world.registration(old), unwanted: [left]))
            #expect(next.steps?.first?.contains("would end the one that is in use") == true)
            let path = "/clients/0-\(world.sandbox.integration.clientID)/client-secret"
            let answer = try await world.client(.keycloak, realm: "rotating").send(.post, path)
            let new = try #require(answer.value?["value"]?.secret)
            #expect(await world.isAccepted(left))
            for _ in 0..<2 {
                guard case .removed = try await world.remove(driver, old, keeping: new) else {
                    Issue.record("a person was asked")
                    return
                }
                #expect(await !world.isAccepted(left))
            }
            #expect(await !world.isAccepted(old))
            #expect(await world.isAccepted(new))
        }
    }

    @Test func `finds the old secret gone where the realm kept none after all`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.keycloak, keepsTwo: true)
            let old = Secret(world.sandbox.integration.clientSecret)
            let new = try #require(try await world.make(driver, world.order()).secret)
            guard case .removed(let evidence) = try await world.remove(driver, old, keeping: new) else {
                Issue.record("a person was asked")
                return
            }
            #expect(evidence.contains("does not hold"))
        }
    }
}
