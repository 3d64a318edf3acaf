// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentialsTesting
import Synchronization
import Testing

@testable import CofferAgentClient

@Suite(.timeLimit(.minutes(2))) struct `A listener at the agent` {
    /// What was heard so far.
    private final class Heard: Sendable {
        private let news = Mutex<[AgentNews]>([])

        func add(_ one: AgentNews) { news.withLock { $0.append(one) } }

        /// Waits for so many.
        func first(_ count: Int) async -> [AgentNews] {
            while true {
                let all = news.withLock { $0 }
                if all.count >= count { return all }
                await Task.yield()
            }
        }
    }

    private static func with(
        _ events: UnixServer.Reply, _ body: (AgentListener, UnixServer, ManualClock, Heard) async throws -> Void
    ) async throws {
        try await UnixServer.with(UnixServer.Script(events: events) { _, _ in .silence }) { server in
            let (clock, heard) = (ManualClock(), Heard())
            let client = AgentClient(try AgentPlace(server.path, environment: [:]))
            let listener = AgentListener(client, clock) { heard.add($0) }
            do { try await body(listener, server, clock, heard) } catch {
                await listener.end()
                await client.close()
                throw error
            }
            await listener.end()
            await client.close()
        }
    }

    @Test func `hears what is over, and takes everything for over where it may have missed something`() async throws {
        try await Self.with(.events) { listener, server, clock, heard in
            for _ in 1...3 { listener.begin() }
            await server.waitForListeners(1)
            #expect(await heard.first(1) == [.everything])
            server.tell("tainted", about: "main/crm/acme")
            #expect(await heard.first(2) == [.everything, .below("main/crm/acme")])
            server.hangUp()
            #expect(await heard.first(3).last == .everything)
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(1))
            await server.waitForListeners(2)
            #expect(await heard.first(4).last == .everything)
            server.tell("refreshed", about: "main/crm/birch")
            #expect(await heard.first(5).last == .below("main/crm/birch"))
        }
    }

    @Test func `hears nothing where it is refused, and asks more and more seldom`() async throws {
        try await Self.with(.failure(503, "busy")) { listener, _, clock, heard in
            listener.begin()
            for pause in [2, 4, 8, 16, 32, 60, 60] {
                await clock.waitForSleepers(1)
                #expect(clock.deadlines == [clock.now.advanced(by: .seconds(pause))])
                clock.advance(by: .seconds(pause))
            }
            await clock.waitForSleepers(1)
            #expect(await heard.first(0) == [])
        }
    }

    @Test func `does not begin once it has ended`() async throws {
        try await Self.with(.events) { listener, _, _, heard in
            await listener.end()
            listener.begin()
            await listener.end()
            #expect(await heard.first(0) == [])
        }
    }
}
