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

@Suite(.timeLimit(.minutes(1))) struct `A refresh that waits for its place` {
    private let clock = ManualClock(start: noon)

    private func provider(_ id: String = "sample") -> ProviderDescription {
        .sample {
            $0.id = id
            $0.endpoints = Endpoints(token: "https://{account}/token")
            $0.domains = ["\(id).example"]
            $0.rateLimit = RateLimit(amount: 1, interval: .seconds(10), burst: 1)
        }
    }

    private func grants(_ id: String, _ count: Int) -> [GrantSnapshot] {
        (0..<count).map { number in
            .sample(id: "\(id)-\(number)", provider: provider(id)) { grant in
                grant.accountHost = "a\(number).\(id).example"
                grant.accountID = nil
            }
        }
    }

    private func refresher(
        _ store: MemoryGrantStore, _ transport: AnsweringTransport, _ ledger: MemoryPaceLedger
    ) -> Refresher {
        let clock = clock
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            pacer: RequestPacer(clock: clock, ledger: ledger),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
    }

    private func bucket(_ grant: GrantSnapshot) -> PaceBucket {
        PaceBucket(grant.registration.provider.rateLimit, grant.registration, account: grant.pacedAccount)
    }

    @Test func `has nothing that others wait for: two providers with backlogs hold up no third`() async throws {
        let (crowds, other) = (["one", "two"].flatMap { grants($0, 8) }, grants("three", 1)[0])
        let (store, transport) = (MemoryGrantStore(crowds + [other]), AnsweringTransport())
        let ledger = MemoryPaceLedger(clock: clock)
        for grant in crowds { _ = grant.id.description.hasSuffix("-0") ? ledger.take(bucket(grant)) : .zero }
        let refresher = refresher(store, transport, ledger)
        let waiters = crowds.map { grant in Task { try await refresher.refresh(grant.id, .forced) } }
        await clock.waitForSleepers(16)
        for grant in crowds { #expect(await !store.isLocked(grant.id)) }
        #expect(try await refresher.refresh(other.id, .forced).isRenewed)
        #expect(transport.sentCount == 1)
        await refresher.windDown()
        for waiter in waiters { await #expect(throws: CancellationError.self) { try await waiter.value } }
        // Who goes away gives its place back, the last one first.
        #expect(ledger.distance(of: bucket(crowds[0])) <= .seconds(80))
    }

    @Test func `gives it back if another process has refreshed meanwhile`() async throws {
        let grant = grants("one", 1)[0]
        let (store, transport) = (MemoryGrantStore([grant]), AnsweringTransport())
        let ledger = MemoryPaceLedger(clock: clock)
        _ = ledger.take(bucket(grant))
        clock.advance(by: .seconds(1))
        let refresher = refresher(store, transport, ledger)
        let waiter = Task { try await refresher.refresh(grant.id, .forced) }
        await clock.waitForSleepers(1)
        await store.change(grant.id) { grant in
            grant.version = 2
            grant.accessToken = Secret("theirs")
            grant.expiresAt = noon + 7300
        }
        clock.advance(by: .seconds(9))
        #expect(try await waiter.value.snapshot.accessToken == Secret("theirs"))
        #expect(transport.sentCount == 0)
        #expect(ledger.distance(of: bucket(grant)) == .zero)
    }

    @Test func `takes another if it was missed, and sends at no other moment`() async throws {
        let grant = grants("one", 1)[0]
        let (store, transport) = (MemoryGrantStore([grant]), AnsweringTransport())
        let ledger = MemoryPaceLedger(clock: clock)
        _ = ledger.take(bucket(grant))
        let refresher = refresher(store, transport, ledger)
        let waiter = Task { try await refresher.refresh(grant.id, .forced) }
        await clock.waitForSleepers(1)
        // The machine slept, and others have the next places.
        _ = ledger.take(bucket(grant))
        clock.advance(by: .seconds(14))
        await clock.waitForSleepers(1)
        #expect(transport.sentCount == 0)
        #expect(await !store.isLocked(grant.id))
        #expect(clock.deadlines.map(\.offset) == [.milliseconds(29_900)])
        clock.advance(by: .seconds(16))
        #expect(try await waiter.value.isRenewed)
        #expect(ledger.distance(of: bucket(grant)) == .seconds(10))
    }

    @Test func `and one that waits for the lock end when the process is told to`() async throws {
        let grant = grants("one", 1)[0]
        let (store, transport) = (MemoryGrantStore([grant]), AnsweringTransport())
        let ledger = MemoryPaceLedger(clock: clock)
        await store.keepLock(on: clock)
        let refresher = refresher(store, transport, ledger)
        let waiter = Task { try await refresher.refresh(grant.id, .forced) }
        await clock.waitForSleepers(1)
        await refresher.windDown()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(transport.sentCount == 0)
        #expect(ledger.distance(of: bucket(grant)) == .zero)
    }
}
