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

@Suite(.timeLimit(.minutes(1))) struct `A grant that another process is about to refresh` {
    private let clock = ManualClock(start: noon)
    private let transport = AnsweringTransport()

    /// Grants whose tokens have ended, of a provider that allows one request in 10 s.
    private func grants(_ count: Int) -> [GrantSnapshot] {
        clock.advance(by: .seconds(4000))
        let provider = ProviderDescription.sample {
            $0.endpoints = Endpoints(token: "https://{account}/token")
            $0.rateLimit = RateLimit(amount: 1, interval: .seconds(10), burst: 1)
        }
        return (0..<count).map { number in
            .sample(id: "g\(number)", provider: provider) { grant in
                grant.accountHost = "a\(number).id.example"
                grant.accountID = nil
            }
        }
    }

    private func refresher(_ store: MemoryGrantStore, _ ledger: MemoryPaceLedger) -> Refresher {
        let clock = clock
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            pacer: RequestPacer(clock: clock, ledger: ledger),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
    }

    private func bucket(_ grant: GrantSnapshot) -> PaceBucket {
        PaceBucket(grant.registration.provider.rateLimit, grant.registration, account: grant.pacedAccount)
    }

    @Test func `is put aside without a place, and looked at again when that is over`() async throws {
        let grant = grants(1)[0]
        let (store, ledger) = (MemoryGrantStore([grant]), MemoryPaceLedger(clock: clock))
        let claim = try #require(await store.claim(grant.id))
        let refresher = refresher(store, ledger)
        let waiter = Task { try await refresher.refresh(grant.id, .due) }
        await clock.waitForSleepers(1)
        #expect(ledger.distance(of: bucket(grant)) == .zero)
        await store.change(grant.id) { grant in
            grant.version = 2
            grant.accessToken = Secret("theirs")
            grant.obtainedAt = noon + 4000
            grant.expiresAt = noon + 7600
        }
        claim.release()
        clock.advance(by: .milliseconds(250))
        #expect(try await waiter.value.snapshot.accessToken == Secret("theirs"))
        #expect(transport.sentCount == 0)
        #expect(ledger.distance(of: bucket(grant)) == .zero)
    }

    @Test func `is refreshed here if the other process did not`() async throws {
        let grant = grants(1)[0]
        let store = MemoryGrantStore([grant])
        let claim = try #require(await store.claim(grant.id))
        let refresher = refresher(store, MemoryPaceLedger(clock: clock))
        let waiter = Task { try await refresher.refresh(grant.id, .due) }
        await clock.waitForSleepers(1)
        claim.release()
        clock.advance(by: .milliseconds(250))
        #expect(try await waiter.value.isRenewed)
        #expect(await store.claim(grant.id) != nil)
    }

    @Test func `takes nobody's turn meanwhile`() async throws {
        let grants = grants(9)
        let store = MemoryGrantStore(grants)
        let refresher = refresher(store, MemoryPaceLedger(clock: clock))
        for grant in grants.dropLast() { _ = await store.claim(grant.id) }
        let waiters = grants.dropLast().map { grant in Task { try await refresher.refresh(grant.id, .due) } }
        await clock.waitForSleepers(8)
        #expect(try await refresher.refresh(grants[8].id, .due).isRenewed)
        await refresher.windDown()
        for waiter in waiters { await #expect(throws: CancellationError.self) { try await waiter.value } }
        #expect(transport.sentCount == 1)
    }

    @Test func `is refreshed here too for a caller, from the beginning or from when one comes`() async throws {
        let grants = grants(2)
        let store = MemoryGrantStore(grants)
        let refresher = refresher(store, MemoryPaceLedger(clock: clock))
        for grant in grants { _ = await store.claim(grant.id) }
        #expect(try await refresher.refresh(grants[0].id, .usable(minimumValidity: nil)).isRenewed)
        clock.advance(by: .seconds(10))
        let id = grants[1].id
        let waiter = Task { try await refresher.refresh(id, .due) }
        await clock.waitForSleepers(1)
        let caller = Task { try await refresher.refresh(id, .usable(minimumValidity: nil)) }
        while await refresher.waiterCount(of: id) < 2 { await Task.yield() }
        clock.advance(by: .milliseconds(250))
        #expect(try await waiter.value.isRenewed)
        #expect(try await caller.value.snapshot.version == 2)
        #expect(transport.sentCount == 2)
    }

    @Test func `is put aside for no longer than a lock is waited for`() async throws {
        let grant = grants(1)[0]
        let store = MemoryGrantStore([grant])
        let refresher = refresher(store, MemoryPaceLedger(clock: clock))
        _ = await store.claim(grant.id)
        let waiter = Task { try await refresher.refresh(grant.id, .due) }
        for _ in 0..<180 {
            await clock.waitForSleepers(1)
            #expect(transport.sentCount == 0)
            clock.advance(by: .milliseconds(250))
        }
        #expect(try await waiter.value.isRenewed)
    }
}
