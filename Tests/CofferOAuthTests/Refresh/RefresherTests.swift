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

@Suite struct RefresherTests {
    private let id = GrantID("g1")
    private let clock = ManualClock(start: noon)

    private func refresher(
        _ store: MemoryGrantStore, _ transport: AnsweringTransport, _ limits: RefreshLimits = RefreshLimits()
    ) -> Refresher {
        let clock = clock
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }), limits: limits,
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
    }

    @Test func `a fresh token is handed out without a request`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        let grant = try await refresher(store, transport).accessToken(of: id)
        #expect(grant.snapshot.accessToken == Secret("access-1"))
        #expect(transport.sentCount == 0)
        #expect(await store.diary.isEmpty)
    }

    @Test func `in the hard window the caller waits, and the intent comes before and the commit after`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        clock.advance(by: .seconds(3550))
        let grant = try await refresher(store, transport).accessToken(of: id)
        #expect(grant.snapshot.accessToken == Secret("access-2"))
        #expect(grant.snapshot.expiresAt == noon + 7150)
        #expect(await store.diary == ["intent 1", "commit current"])
    }

    @Test func `in the soft window the present token comes at once and exactly one refresh runs behind`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        transport.hold()
        clock.advance(by: .seconds(3000))
        let refresher = refresher(store, transport)
        for _ in 0..<3 {
            #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-1"))
        }
        await transport.waitForRequests(1)
        transport.release()
        await refresher.landed()
        #expect(transport.sentCount == 1)
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-2"))
    }

    /// GitHub's and Airtable's documentation say so: a token handed out while its refresh runs would be dead on arrival.
    @Test
    func `in the soft window of a provider that ends the present token with a refresh, the next one is handed out`()
        async throws
    {
        let provider = ProviderDescription.sample { $0.refreshTokens.accessSurvivesRefresh = false }
        let (store, transport) = (MemoryGrantStore([.sample(provider: provider)]), AnsweringTransport())
        clock.advance(by: .seconds(3000))
        let refresher = refresher(store, transport)
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-2"))
        #expect(transport.sentCount == 1)
    }

    @Test func `… or the present one, where that refresh fails and did not end it`() async throws {
        let provider = ProviderDescription.sample { $0.refreshTokens.accessSurvivesRefresh = false }
        let store = MemoryGrantStore([.sample(provider: provider)])
        let transport = AnsweringTransport([.json(503, "{}")])
        clock.advance(by: .seconds(3000))
        let refresher = refresher(store, transport)
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-1"))
        // The cool-down holds, and nobody waits for another.
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-1"))
        #expect(transport.sentCount == 1)
    }

    @Test func `… or the present one, where that refresh takes long`() async throws {
        let provider = ProviderDescription.sample { $0.refreshTokens.accessSurvivesRefresh = false }
        let (store, transport) = (MemoryGrantStore([.sample(provider: provider)]), AnsweringTransport())
        transport.hold()
        clock.advance(by: .seconds(3000))
        let (refresher, id) = (refresher(store, transport), id)
        let end = clock.now.advanced(by: RefreshLimits().nextToken)
        let asked = Task { try await refresher.accessToken(of: id).snapshot.accessToken }
        await transport.waitForRequests(1)
        while !clock.deadlines.contains(end) { await Task.yield() }
        clock.advance(by: RefreshLimits().nextToken)
        #expect(try await asked.value == Secret("access-1"))
        transport.release()
        await refresher.landed()
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-2"))
        #expect(transport.sentCount == 1)
    }

    @Test func `… but none that was put on hold or rejected meanwhile`() async throws {
        let provider = ProviderDescription.sample { $0.refreshTokens.accessSurvivesRefresh = false }
        let (store, transport) = (
            MemoryGrantStore([.sample(provider: provider)]), AnsweringTransport([.json(503, "{}")])
        )
        transport.hold()
        clock.advance(by: .seconds(3000))
        let (refresher, id) = (refresher(store, transport), id)
        let asked = Task { try await refresher.accessToken(of: id) }
        await transport.waitForRequests(1)
        let told = Task { try await refresher.reject(id, version: 1) }
        // Whoever rejects it waits for the same flight.
        while await refresher.waiterCount(of: id) < 2 { await Task.yield() }
        transport.release()
        await #expect(throws: OAuthError.self) { try await told.value }
        await #expect(throws: OAuthError.self) { try await asked.value }
        #expect(transport.sentCount == 1)
    }

    @Test func `fifty tasks make one request`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        transport.hold()
        clock.advance(by: .seconds(3700))
        let refresher = refresher(store, transport)
        let id = id
        let tokens = try await withThrowingTaskGroup(of: Secret?.self) { group in
            for _ in 0..<50 {
                group.addTask { try await refresher.accessToken(of: id).snapshot.accessToken }
            }
            await transport.waitForRequests(1)
            transport.release()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(tokens.count == 50)
        #expect(tokens.allSatisfy { $0 == Secret("access-2") })
        #expect(transport.sentCount == 1)
    }

    @Test func `cancelling one waiter cancels nobody else`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        transport.hold()
        clock.advance(by: .seconds(3700))
        let refresher = refresher(store, transport)
        let id = id
        let first = Task { try await refresher.accessToken(of: id) }
        await transport.waitForRequests(1)
        let second = Task { try await refresher.accessToken(of: id) }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        transport.release()
        #expect(try await second.value.snapshot.accessToken == Secret("access-2"))
    }

    @Test func `a flight whose only waiter went away still commits`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        transport.hold()
        clock.advance(by: .seconds(3700))
        let refresher = refresher(store, transport)
        let id = id
        let only = Task { try await refresher.accessToken(of: id) }
        await transport.waitForRequests(1)
        only.cancel()
        _ = await only.result
        transport.release()
        await refresher.landed()
        #expect(await store.diary == ["intent 1", "commit current"])
    }

    @Test func `it fails once, then succeeds`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport([.json(503, "{}")]))
        clock.advance(by: .seconds(3700))
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.unreachable, "")) { try await refresher.accessToken(of: id) }
        await #expect(throws: OAuthError(.coolDown, "")) { try await refresher.accessToken(of: id) }
        #expect(transport.sentCount == 1)
        clock.advance(by: .seconds(31))
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-3"))
    }

    @Test func `force bypasses the cool-down`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport([.json(503, "{}")]))
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError.self) { try await refresher.refresh(id, .forced) }
        #expect(try await refresher.refresh(id, .forced).isRenewed)
    }

    @Test func `a process that ends leaves no intent behind whose request was not sent`() async throws {
        let failure = TransportOutcome.notSent(TransportFailure(.connection, "No connection."))
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport([failure]))
        transport.hold()
        let (refresher, id) = (refresher(store, transport), id)
        let flight = Task { try await refresher.refresh(id, .forced) }
        await transport.waitForRequests(1)
        await refresher.windDown()
        transport.release()
        await #expect(throws: OAuthError(.unreachable, "")) { try await flight.value }
        #expect(transport.sentCount == 1)
        let grant = try await store.grant(id)
        #expect(grant.intent == nil && grant.state == .active)
    }

    @Test func `whoever waited for the lock in vain takes what somebody else got`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        clock.advance(by: .seconds(3700))
        await store.keepLock { grant in
            grant.version = 2
            grant.accessToken = Secret("theirs")
            grant.expiresAt = noon + 7300
        }
        #expect(try await refresher(store, transport).accessToken(of: id).snapshot.accessToken == Secret("theirs"))
        #expect(transport.sentCount == 0)
    }

    @Test func `a lock that nobody lets go ends the wait`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        clock.advance(by: .seconds(3700))
        await store.keepLock()
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.lockTimeout, "")) { try await refresher.accessToken(of: id) }
        #expect(transport.sentCount == 0)
    }

    @Test func `a rejected token that another process has replaced makes no request`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample { $0.version = 2 }]), AnsweringTransport())
        #expect(try await refresher(store, transport).refresh(id, .rejected(version: 1)).snapshot.version == 2)
        #expect(transport.sentCount == 0)
    }

    @Test func `a freeze that begins while the lock is waited for stops the request`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        await store.freezeAtNextRecord()
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.frozen, "")) { try await refresher.refresh(id, .forced) }
        #expect(transport.sentCount == 0)
    }

    @Test func `tokens on hold are refreshed and handed to nobody`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample { $0.isHeld = true }]), AnsweringTransport())
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.held, "")) { try await refresher.accessToken(of: id) }
        #expect(try await refresher.refresh(id, .forced).isRenewed)
    }

    @Test func `a refused token is never sent again`() async throws {
        let refusal = TransportOutcome.json(400, #"{"error":"invalid_grant"}"#)
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport([refusal]))
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.needsReauthorization, "")) { try await refresher.refresh(id, .forced) }
        await store.change { $0.state = .active }
        await #expect(throws: OAuthError(.needsReauthorization, "")) { try await refresher.refresh(id, .forced) }
        #expect(transport.sentCount == 1)
    }

    @Test func `a lost answer leaves its intent, and the one repetition waits for the access token's end`() async throws
    {
        let lost = TransportOutcome.lost(TransportFailure(.broken, "The connection broke."))
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport([lost]))
        clock.advance(by: .seconds(3000))
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.indeterminate, "")) { try await refresher.refresh(id, .due) }
        clock.advance(by: .seconds(300))
        await #expect(throws: OAuthError(.indeterminate, "")) { try await refresher.refresh(id, .due) }
        #expect(transport.sentCount == 1)
        clock.advance(by: .seconds(400))
        #expect(try await refresher.refresh(id, .due).isRenewed)
        #expect(await store.diary == ["intent 1", "settle indeterminate", "intent 2", "commit current"])
    }

    @Test func `a lost answer is asked about before the token is presented again, and that is recorded`() async throws {
        let provider = ProviderDescription.sample {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .always, introspectable: true)
            $0.endpoints.introspection = "https://id.example/introspect"
        }
        let lost = TransportOutcome.lost(TransportFailure(.broken, "The connection broke."))
        let store = MemoryGrantStore([.sample(provider: provider)])
        let transport = AnsweringTransport([lost, .json(200, #"{"active":true}"#)])
        clock.advance(by: .seconds(3700))
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.indeterminate, "")) { try await refresher.refresh(id, .forced) }
        #expect(try await refresher.refresh(id, .forced).isRenewed)
        #expect(transport.sentCount == 3)
        #expect(
            await store.diary == [
                "intent 1", "settle indeterminate", "inquiry", "intent 2: introspection calls the refresh token active",
                "commit current",
            ])
    }

    @Test func `nobody is asked about a lost answer once the app was frozen`() async throws {
        let provider = ProviderDescription.sample {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .always, introspectable: true)
            $0.endpoints.introspection = "https://id.example/introspect"
        }
        let store = MemoryGrantStore([.sample(provider: provider).recording(at: noon + 3500)])
        let transport = AnsweringTransport()
        clock.advance(by: .seconds(3700))
        await store.freezeAtNextRecord()
        await #expect(throws: OAuthError(.frozen, "")) { try await refresher(store, transport).refresh(id, .forced) }
        #expect(transport.sentCount == 0)
        #expect(await store.diary.isEmpty)
    }

    @Test func `another's intent is waited for on the clock, and its pair handed out`() async throws {
        let left = GrantSnapshot.sample().recording(at: noon + 3700)
        let (store, transport) = (MemoryGrantStore([left]), AnsweringTransport())
        clock.advance(by: .seconds(3705))
        let refresher = refresher(store, transport)
        let id = id
        let waiter = Task { try await refresher.accessToken(of: id) }
        await clock.waitForSleepers(1)
        await store.change { grant in
            grant.version = 2
            grant.accessToken = Secret("theirs")
            grant.expiresAt = noon + 7300
            grant.intent = nil
            grant.state = .active
        }
        clock.advance(by: .seconds(1))
        #expect(try await waiter.value.snapshot.accessToken == Secret("theirs"))
        #expect(transport.sentCount == 0)
    }

    /// A refresh was killed with its request on the way, and the clock set back by two hours.
    @Test(.timeLimit(.minutes(1)))
    func `an intent from before the clock was set back is waited for as long as a request takes, and no longer`()
        async throws
    {
        let left = GrantSnapshot.sample().recording(at: noon + 7200)
        let (store, transport) = (MemoryGrantStore([left]), AnsweringTransport())
        let (refresher, id) = (refresher(store, transport), id)
        let waiter = Task { try await refresher.refresh(id, .forced) }
        for second in 0..<40 {
            await clock.waitForSleepers(1)
            #expect(clock.deadlines.map(\.offset) == [.seconds(second + 1)])
            #expect(transport.sentCount == 0)
            clock.advance(by: .seconds(1))
        }
        #expect(try await waiter.value.isRenewed)
        #expect(await store.diary == ["intent 2", "commit current"])
        #expect(transport.sentCount == 1)
    }

    @Test func `a transport that never ends is given up, and the flight lands`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        transport.hold()
        let refresher = refresher(store, transport)
        let id = id
        let waiter = Task { try await refresher.refresh(id, .forced) }
        await transport.waitForRequests(1)
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(36))
        await #expect(throws: OAuthError(.indeterminate, "")) { try await waiter.value }
        transport.release()
    }

    @Test func `a batch keeps two requests a host, and one failure stops nothing`() async throws {
        let grants = (0..<12).map { GrantSnapshot.sample(id: "g\($0)") }
        let store = MemoryGrantStore(grants)
        let transport = AnsweringTransport([.json(503, "{}")])
        let results = ResultBox()
        await refresher(store, transport).refresh(grants.map(\.id), .forced) { _, result in
            await results.add((try? result.get()) != nil)
        }
        #expect(await results.good == 11)
        #expect(await results.bad == 1)
        #expect(transport.sentCount == 12)
        #expect(transport.mostUnderWay <= 2)
    }

    @Test func `a batch goes at the provider's pace`() async throws {
        let provider = ProviderDescription.sample {
            $0.rateLimit = RateLimit(amount: 1, interval: .seconds(10), burst: 1)
        }
        let grants = (0..<2).map { GrantSnapshot.sample(id: "g\($0)", provider: provider) }
        let (store, transport) = (MemoryGrantStore(grants), AnsweringTransport())
        transport.hold()
        let refresher = refresher(store, transport)
        let batch = Task { await refresher.refresh(grants.map(\.id), .forced) { _, _ in } }
        await transport.waitForRequests(1)
        // The first one's patience and the second one's pace.
        await clock.waitForSleepers(2)
        #expect(transport.sentCount == 1)
        clock.advance(by: .seconds(10))
        await transport.waitForRequests(2)
        transport.release()
        await batch.value
    }
}

/// Counts results.
private actor ResultBox {
    private(set) var good = 0
    private(set) var bad = 0

    func add(_ isGood: Bool) {
        if isGood { good += 1 } else { bad += 1 }
    }
}
