// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite(.timeLimit(.minutes(1))) struct `A lock that is lost under a refresh` {
    @Test func `keeps its request from being sent, and leaves no intent behind`() async throws {
        let (id, clock) = (GrantID("g1"), ManualClock(start: noon + 3550))
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        await store.loseLocks()
        let refresher = Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
        await #expect(throws: OAuthError(.unreachable, "")) { _ = try await refresher.refresh(id, .forced) }
        #expect(transport.sentCount == 0)
        let left = try await store.grant(id)
        #expect(left.intent == nil && left.refreshToken == Secret("refresh-1"))
        #expect(await store.diary.contains("intent 1"))
    }

    @Test(arguments: [5, 6]) func `is not made up for by an intent that is old before its request`(
        seconds: Int
    ) async throws {
        let (id, clock) = (GrantID("g1"), ManualClock(start: noon + 3550))
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        await store.whileRecording { clock.advance(by: .seconds(seconds)) }
        let refresher = Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
        if seconds > 5 {
            await #expect(throws: OAuthError(.unreachable, "")) { _ = try await refresher.refresh(id, .forced) }
            let left = try await store.grant(id)
            #expect(left.intent == nil && left.refreshToken == Secret("refresh-1"))
        } else {
            _ = try await refresher.refresh(id, .forced)
        }
        // Recorded anew once.
        let records = await store.diary.filter { $0 == "intent 1" }
        #expect(records.count == (seconds > 5 ? 2 : 1))
        #expect(transport.sentCount == (seconds > 5 ? 0 : 1))
    }
}
