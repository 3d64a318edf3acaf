// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import CofferKeeper
import CofferOAuth
import Foundation
import Testing

@testable import CofferAgent

/// Whoever is connected to a socket and keeps the agent waiting; the bounds are its own, and the clock is the test's.
@Suite(.timeLimit(.minutes(2)))
struct `A client that keeps an agent waiting` {
    /// An agent's socket that is served, and who is connected there.
    private struct Scene {
        let place: String
        let clock: ManualClock
        let connections: AgentConnections

        /// Lets time pass, and has the agent look who has taken too long.
        func advance(to seconds: Int) async {
            clock.advance(by: .seconds(seconds) - clock.now.offset)
            while clock.deadlines.first?.offset != Duration.seconds(seconds + 1) { await Task.yield() }
        }
    }

    private static let large = 1 << 20

    /// What is sent, and how many bytes of an answer there are at once, so that it is known to be under way.
    private static let beginnings = [
        ("", 0), ("GET /v1/health HTTP/1.1\r\nHost: made-up\r\nX-", 0),
        ("GET /v1/secret?path=main/large HTTP/1.1\r\nHost: coffer\r\n\r\n", 1),
    ]

    private static func with(_ body: (Scene) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "coffer-slow-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let location = VaultLocation(vaultPath: "\(folder)/vault.db", identity: .file("\(folder)/identity"))
        let transport = NetworkTransport(userAgent: "coffer/test")
        let effects = KeeperEffects(transport: transport)
        do {
            _ = try await Keeper.initialise(location, effects: effects)
            let value = Secret(String(repeating: "a", count: large))
            _ = try await Keeper.open(location, effects: effects).put(try CredentialPath("main/large"), value)
            let vault = try await AgentVault(KeeperOpening(location, effects: effects)) { _ in }
            try await serve(vault, at: "\(folder)/a.sock", body)
            await vault.end()
            await transport.shutdown()
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    private static func serve(
        _ vault: AgentVault, at place: String, _ body: (Scene) async throws -> Void
    ) async throws {
        let (clock, hub) = (ManualClock(), EventHub())
        let connections = AgentConnections(clock: clock)
        let tickets = TicketBook(
            key: try TicketKey(), lockCount: { vault.lockCount }, now: { clock.date }, ended: { _ in })
        let desk = TicketDesk(tickets: tickets, vault: vault, wantsTickets: false)
        let metrics = AgentMetrics(registry: MetricsRegistry())
        let streams = EventStreams(hub: hub, watch: ConnectionWatch(vault, hub), connections: connections, desk: desk)
        let report = AgentReport(
            vault: vault, facts: AgentFacts(startedAt: clock.date), metrics: metrics, now: { clock.date },
            openCount: { connections.openCount })
        let (ready, announcer) = AsyncStream.makeStream(of: Void.self)
        let server = AgentServer(
            socket: try AgentSocket(claiming: place),
            responder: AgentResponder(
                vault: vault, connections: connections, desk: desk, streams: streams, report: report,
                counts: metrics.requests),
            capacity: 8, refused: { _ in }, ready: { announcer.yield() })
        let running = Task {
            defer { announcer.finish() }
            try await ServingGroup.run([connections, server], until: [], name: "test") {}
        }
        do {
            for await _ in ready { break }
            await clock.waitForSleepers(1)
            try await body(Scene(place: place, clock: clock, connections: connections))
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
        running.cancel()
        _ = await running.result
    }

    @Test(arguments: beginnings) func `is cut off after a minute, and not before`(
        beginning: String, answer: Int
    ) async throws {
        try await Self.with { scene in
            let client = try await SlowClient(connectingTo: scene.place)
            while scene.connections.openCount < 1 { await Task.yield() }
            await client.send(beginning)
            let first = await client.read(answer)
            #expect(first == answer)
            await scene.advance(to: 59)
            #expect(scene.connections.openCount == 1)
            await scene.advance(to: 60)
            while scene.connections.openCount > 0 { await Task.yield() }
            let rest = await client.read(.max)
            #expect(first + rest < Self.large, "what was not read is lost")
        }
    }

    @Test func `takes the whole of its answer although the agent is told to end`() async throws {
        try await Self.with { scene in
            let client = try await SlowClient(connectingTo: scene.place)
            while scene.connections.openCount < 1 { await Task.yield() }
            await client.send(Self.beginnings[2].0)
            let first = await client.read(1)
            scene.connections.quiesce()
            let rest = await client.read(.max)
            #expect(first + rest > Self.large)
        }
    }
}
