// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferSandbox
import Foundation
import Testing

/// What holds for each vendor's administration API.
@Suite(.timeLimit(.minutes(2))) struct `A driver over a vendor's administration API` {
    @Test(arguments: SecretAPIKind.allCases)
    func `replaces the secret, and both proofs hold`(kind: SecretAPIKind) async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(kind)
            let old = Secret(world.sandbox.integration.clientSecret)
            let bystander = world.sandbox.integrations[1].clientSecret
            let new = try #require(try await world.make(driver, world.order()).secret)
            #expect(new != old)
            #expect(await world.isAccepted(new))
            let overlaps = driver.overlaps(world.registration())
            #expect(await world.isAccepted(old) == overlaps)
            if overlaps {
                for _ in 0..<2 {
                    guard case .removed = try await world.remove(driver, old, keeping: new) else {
                        Issue.record("the old secret was not removed")
                        return
                    }
                    #expect(await !world.isAccepted(old))
                    #expect(await world.isAccepted(new))
                }
            }
            #expect(world.sandbox.integrations[1].clientSecret == bystander)
        }
    }

    @Test(arguments: SecretAPIKind.allCases)
    func `takes over or removes what a lost request has made, and leaves no more behind`(
        kind: SecretAPIKind
    ) async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(kind)
            let registration = world.registration()
            let old = try #require(registration.clientSecret)
            world.sandbox.faults.set([FaultRule(.answerLost, at: .administration, nth: APIWorld.change(kind))])
            await #expect(throws: OAuthError(.indeterminate, "")) { try await world.make(driver, world.order()) }
            let lost = Secret(world.sandbox.integration.clientSecret)
            #expect(lost != old)
            let answer = try await world.make(driver, world.order(registration, mayHaveBeenSent: true))
            let new = try #require(answer.secret)
            let shows = kind != .gitlab && kind != .microsoft
            #expect((new == lost) == shows)
            #expect(answer.evidence?.contains("whose answer was lost") == shows)
            if driver.overlaps(registration) { _ = try await world.remove(driver, old, keeping: new) }
            #expect(await world.isAccepted(new))
            #expect(await !world.isAccepted(old))
            if !shows { #expect(await !world.isAccepted(lost)) }
        }
    }

    @Test(arguments: SecretAPIKind.allCases)
    func `waits as long as it is told to when it asks too often, and not for ever`(kind: SecretAPIKind) async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(kind)
            let rule = FaultRule(.tooManyRequests, at: .administration, times: 2, retryAfterSeconds: 7)
            world.sandbox.faults.set([rule])
            #expect(try await world.make(driver, world.order()).secret != nil)
            #expect(world.waits.all == [.seconds(7), .seconds(7)])
            world.sandbox.faults.set([FaultRule(.tooManyRequests, at: .administration, times: 0, retryAfterSeconds: 7)])
            await #expect(throws: OAuthError(.rateLimited, "")) { try await world.make(driver, world.order()) }
            #expect(world.waits.all.count == 4)
            let long = FaultRule(.tooManyRequests, at: .administration, times: 0, retryAfterSeconds: 600)
            world.sandbox.faults.set([long])
            let error = await #expect(throws: OAuthError.self) { try await world.make(driver, world.order()) }
            #expect(error?.retryAfter == .seconds(600))
            #expect(world.waits.all.count == 4)
        }
    }

    @Test(arguments: SecretAPIKind.allCases)
    func `says in one sentence that its credential is refused`(kind: SecretAPIKind) async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(kind, token: "made-up-wrong-token")
            let before = world.sandbox.integration.clientSecret
            let error = try #require(
                await #expect(throws: OAuthError.self) { try await world.make(driver, world.order()) })
            #expect(error.code == .configuration)
            #expect(error.message.hasPrefix("\(kind.vendor) refuses the credential main/administrator (401: The token"))
            #expect(!error.message.contains("made-up-wrong-token"))
            #expect(world.sandbox.integration.clientSecret == before)
        }
    }

    @Test(arguments: SecretAPIKind.allCases)
    func `changes nothing for a client that the vendor does not know`(kind: SecretAPIKind) async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(kind)
            let order = world.order(world.registration(clientID: "made-up-client"))
            if kind == .gitlab {
                // An application of a group or a person: there is no API for it.
                #expect(try await world.make(driver, order).steps?.first?.contains("instance's own") == true)
            } else {
                let error = await #expect(throws: OAuthError.self) { try await world.make(driver, order) }
                #expect(error?.code == .configuration)
                #expect(error?.message.contains("knows no client made-up-client") == true)
            }
        }
    }

    @Test(arguments: SecretAPIKind.allCases)
    func `takes no answer for a secret that is none`(kind: SecretAPIKind) async throws {
        try await APIWorld.with { world in
            let driver = try world.driver(kind)
            let rule = FaultRule(.emptyBody, at: .administration, nth: APIWorld.change(kind), processed: true)
            world.sandbox.faults.set([rule])
            await #expect(throws: OAuthError(.indeterminate, "")) { try await world.make(driver, world.order()) }
        }
    }
}
