// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentialsTesting
import Synchronization
import Testing

@testable import CofferOAuth

@Suite(.timeLimit(.minutes(1))) struct `Calls of an account's API` {
    private let clock = ManualClock()
    private let limit = RateLimit(amount: 10, interval: .seconds(1), burst: 1)

    private var client: ClientRegistration {
        var client = Fixtures.generic
        client.provider.rateLimit = limit
        client.provider.apiRateLimits = [limit]
        return client
    }

    private var api: PacedAPI { PacedAPI(client, account: "acme") }

    /// Starts callers one after the other, each once the one before waits, behind a place that is taken.
    private func callers(
        _ count: Int, _ pacer: RequestPacer, within longest: Duration = .seconds(120),
        _ done: @escaping @Sendable (Int) -> Void = { _ in }
    ) async -> [Task<Void, any Error>] {
        let api = api
        _ = pacer.ledger.take(api.buckets[0])
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<count {
            tasks.append(
                Task {
                    try await pacer.pace(api, within: longest)
                    done(number)
                })
            await clock.waitForSleepers(number + 1)
        }
        return tasks
    }

    @Test func `hold up a token request for no longer than a few seconds, however many wait`() async throws {
        let pacer = RequestPacer(clock: clock, ledger: MemoryPaceLedger(clock: clock))
        let callers = await callers(300, pacer)
        #expect(pacer.ledger.distance(of: api.buckets[0]) <= .milliseconds(5100))
        #expect(pacer.line.length(api.buckets) >= 240)
        for caller in callers { caller.cancel() }
        for caller in callers { await #expect(throws: CancellationError.self) { try await caller.value } }
        #expect(pacer.line.length(api.buckets) == 0)
    }

    @Test func `go in the order they came, and use the whole limit`() async throws {
        let ends = Mutex<[(number: Int, at: Duration)]>([])
        let (clock, count) = (clock, 130)
        let pacer = RequestPacer(clock: clock, ledger: MemoryPaceLedger(clock: clock))
        let callers = await callers(count, pacer) { number in
            let moment = clock.now.offset
            ends.withLock { $0.append((number, moment)) }
        }
        while ends.withLock({ $0.count }) < count {
            // Everybody who is not through sleeps: at a place, or in the line with an eye on the clock.
            while clock.deadlines.count + ends.withLock({ $0.count }) < count { await Task.yield() }
            if let next = clock.deadlines.first { clock.advance(by: clock.now.duration(to: next)) }
        }
        for caller in callers { try await caller.value }
        #expect(ends.withLock { $0.map(\.number) } == Array(0..<count))
        #expect(ends.withLock { $0.map(\.at) } == (1...count).map { .milliseconds(100 * $0) })
    }

    @Test func `that would wait for longer than they have time fail at once, and use nothing up`() async throws {
        let pacer = RequestPacer(clock: clock, ledger: MemoryPaceLedger(clock: clock))
        let callers = await callers(80, pacer, within: .seconds(8))
        let before = pacer.ledger.distance(of: api.buckets[0])
        let error = await #expect(throws: OAuthError(.rateLimited, "")) {
            try await pacer.pace(api, within: .seconds(8))
        }
        #expect(try #require(error?.retryAfter) > .seconds(8))
        #expect(pacer.ledger.distance(of: api.buckets[0]) == before)
        for caller in callers { caller.cancel() }
    }

    @Test func `that are cancelled give their place back`() async throws {
        let pacer = RequestPacer(clock: clock, ledger: MemoryPaceLedger(clock: clock))
        let caller = await callers(1, pacer)[0]
        #expect(pacer.ledger.distance(of: api.buckets[0]) == .milliseconds(200))
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
        #expect(pacer.ledger.distance(of: api.buckets[0]) == .milliseconds(100))
    }

    @Test func `hear when their time is over although they have not come to the front`() async throws {
        let pacer = RequestPacer(clock: clock, ledger: MemoryPaceLedger(clock: clock))
        let callers = await callers(120, pacer, within: .seconds(15))
        // Nobody could know: the server wants to be left alone.
        pacer.heardLimit(api, retryAfter: .seconds(60))
        clock.advance(by: .seconds(15))
        let last = try #require(callers.last)
        await #expect(throws: OAuthError(.rateLimited, "")) { try await last.value }
        for caller in callers { _ = await caller.result }
        #expect(pacer.line.length(api.buckets) == 0)
    }
}
