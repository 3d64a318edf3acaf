// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferSandbox
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct `The driver over Okta` {
    @Test func `removes a secret that was refused before it makes another`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.okta)
            let registration = world.registration()
            let refused = try #require(try await world.make(driver, world.order()).secret)
            let order = world.order(registration, refused: refused, attempt: 2)
            let new = try #require(try await world.make(driver, order).secret)
            #expect(new != refused)
            #expect(await !world.isAccepted(refused))
            #expect(await world.isAccepted(new))
            #expect(await world.isAccepted(try #require(registration.clientSecret)))
        }
    }

    @Test(arguments: [false, true])
    func `leaves one that is older than the rotation, and asks a person`(mayHaveBeenSent: Bool) async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.okta)
            let registration = world.registration()
            let other = try #require(try await world.make(driver, world.order()).secret)
            let later = Date().addingTimeInterval(3_600)
            let order = world.order(registration, mayHaveBeenSent: mayHaveBeenSent, openedAt: later)
            let answer = try await world.make(driver, order)
            #expect(answer.steps?.first?.contains("takes no third client secret") == true)
            #expect(await world.isAccepted(other))
        }
    }

    @Test func `removes nothing while the one in use is not active`() async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(.okta)
            let old = Secret(world.sandbox.integration.clientSecret)
            let removal = try await world.remove(driver, old, keeping: Secret("made-up-unknown-secret"))
            guard case .needsOperator(let request) = removal else {
                Issue.record("\(removal)")
                return
            }
            #expect(request.steps.first?.contains("does not show the client secret in use") == true)
            #expect(await world.isAccepted(old))
        }
    }
}
