// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import CofferVault
import Foundation
import InMemoryLogging
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import Testing
import Tracing

@testable import CofferKeeper

@Suite struct `What an operator sees` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    private func keeper(_ world: KeeperWorld, _ seen: Observation) async throws -> Keeper {
        try await Keeper.open(world.location, effects: world.effects(log: seen.log))
    }

    @Test func `of a refresh is how it ended, how long the token lives, and for whose question it was`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let seen = Observation()
            world.time.advance(by: 86400)
            try await seen.watching {
                let keeper = try await keeper(world, seen)
                _ = try await keeper.credential(for: CredentialRequest(path: Self.acme))
                await keeper.landed()
            }
            let outcome = [("provider", "amocrm"), ("outcome", "refreshed")]
            #expect(seen.count("coffer_refreshes_total", outcome) == 1)
            #expect(try seen.metrics.expectTimer("coffer_refresh_duration_seconds", outcome).values.count == 1)
            let left = try seen.metrics.expectRecorder("coffer_refresh_seconds_to_expiry", [("provider", "amocrm")])
            #expect(left.lastValue == 86400)
            #expect(try seen.metrics.expectRecorder("coffer_handout_seconds_to_expiry").lastValue == 86400)
            let question = try #require(seen.tracer.finishedSpans.first { $0.operationName == "coffer.credential" })
            let refresh = try #require(seen.tracer.finishedSpans.first { $0.operationName == "coffer.refresh" })
            #expect(refresh.parentSpanID == question.spanID)
            #expect(refresh.kind == .client)
            #expect(
                seen.attributes(refresh) == [
                    "coffer.path": "main/crm/acme", "coffer.provider": "amocrm", "coffer.demand": "usable",
                    "coffer.outcome": "refreshed",
                ])
            let line = try #require(seen.handler.entries.first { $0.metadata["demand"] != nil })
            #expect(line.level == .debug)
            #expect(line.metadata == ["path": "main/crm/acme", "provider": "amocrm", "demand": "usable"])
        }
    }

    @Test func `of a question that memory answers is nothing, and of one that needs no refresh no refresh`()
        async throws
    {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let seen = Observation()
            try await seen.watching {
                let keeper = try await keeper(world, seen)
                for _ in 0..<3 { _ = try await keeper.credential(for: CredentialRequest(path: Self.acme)) }
            }
            #expect(seen.tracer.finishedSpans.map(\.operationName) == ["coffer.credential"])
            #expect(seen.metrics.counters.isEmpty)
        }
    }

    @Test(arguments: [
        (FaultKind.serverError, "network"), (.tooManyRequests, "limited"), (.errorInSuccess, "reauthorize"),
        (.answerLost, "indeterminate"), (.htmlBody, "nonsense"), (.redirect, "configuration"),
    ])
    func `of a refresh that failed is its class`(_ fault: FaultKind, _ expected: String) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let seen = Observation()
            world.time.advance(by: 86400)
            world.sandbox.faults.set([FaultRule(fault, grantType: "refresh_token", times: 0)])
            try await seen.watching {
                let keeper = try await keeper(world, seen)
                _ = try? await keeper.credential(for: CredentialRequest(path: Self.acme))
                await keeper.landed()
            }
            let failures = seen.metrics.counters(label: "coffer_refresh_failures_total")
            #expect(failures.map { $0.dimensions.map(\.1) } == [["amocrm", expected]])
            #expect(seen.count("coffer_refreshes_total", [("provider", "amocrm"), ("outcome", "failed")]) == 1)
            let span = try #require(seen.tracer.finishedSpans.first { $0.operationName == "coffer.refresh" })
            #expect(span.status?.code == .error)
            #expect(span.status?.message == expected)
            #expect(span.errors.isEmpty)
            let line = try #require(seen.handler.entries.first { $0.metadata["class"] != nil })
            #expect(line.level == .info)
            #expect(line.metadata["class"] == "\(expected)")
        }
    }

    @Test func `of an account that a person must connect again has a class of its own`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let seen = Observation()
            world.time.advance(by: 86400)
            try world.sandbox.revokeAccess(of: "acme")
            try await seen.watching {
                let keeper = try await keeper(world, seen)
                _ = try? await keeper.credential(for: CredentialRequest(path: Self.acme))
            }
            let dimensions = [("provider", "amocrm"), ("class", "reauthorize")]
            #expect(seen.count("coffer_refresh_failures_total", dimensions) == 1)
            let question = try #require(seen.tracer.finishedSpans.first { $0.operationName == "coffer.credential" })
            #expect(question.status?.message == "needs_reauthorization")
        }
    }

    @Test func `of waiting is how many refreshes wait and how long the limiter holds them`() async throws {
        let seen = Observation()
        try await seen.watching {
            let events = KeeperEvents(log: seen.log, now: { Date() }, clock: ContinuousClock())
            events.queueChanged(to: 7)
            events.waits(.milliseconds(250), provider: "amocrm")
            events.watched(waiting: 9)
            events.refused(by: "amocrm", factor: 2)
            events.shares(limits: true)
            events.shares(limits: false)
        }
        #expect(try seen.metrics.expectGauge("coffer_refresh_queue_depth").lastValue == 7)
        let timer = try seen.metrics.expectTimer("coffer_limiter_wait_seconds", [("provider", "amocrm")])
        #expect(timer.values == [250_000_000])
        #expect(try seen.metrics.expectGauge("coffer_watch_waiting").lastValue == 9)
        #expect(seen.count("coffer_limiter_refusals_total", [("provider", "amocrm")]) == 1)
        #expect(try seen.metrics.expectGauge("coffer_limiter_shared").values == [1, 0])
    }

    @Test func `has the names that the page lists, and no other`() throws {
        var root = URL(filePath: #filePath)
        for _ in 1...4 { root.deleteLastPathComponent() }
        let page = try String(contentsOf: root.appending(path: "docs/integrating.md"), encoding: .utf8)
        let code = try String(
            contentsOf: root.appending(path: "Sources/CofferKeeper/Events/KeeperEvents.swift"), encoding: .utf8)
        let listed = page.matches(of: #/\| `(coffer_[a-z_]+)` \| (counter|gauge|timer|recorder) \|/#)
            .map { "\($0.2) \($0.1)" }
        let recorded = code.matches(of: #/(Counter|Gauge|Timer|Recorder)\(label: "([a-z_]+)"/#)
            .map { "\($0.1.lowercased()) \($0.2)" }
        #expect(Set(listed) == Set(recorded))
        #expect(listed.count == 10 && Set(listed).count == listed.count)
    }

    @Test func `of a provider's limit is each wait for it`() async throws {
        try await KeeperWorld.with { world in
            let seen = Observation()
            world.time.advance(by: 86400)
            try await seen.watching {
                _ = try await keeper(world, seen).refresh(.due)
            }
            let timer = try seen.metrics.expectTimer("coffer_limiter_wait_seconds", [("provider", "amocrm")])
            // The first of three goes at once, as does one that comes when the next place is free already; who comes too late
            // to a place waits for another.
            #expect(timer.values.count >= 1)
            #expect(timer.values.allSatisfy { $0 > 0 })
        }
    }

    @Test func `of a provider's "too many requests" is each, and of a watch what it has to do`() async throws {
        try await KeeperWorld.with { world in
            let seen = Observation()
            world.time.advance(by: 86400)
            world.sandbox.faults.set([FaultRule(.tooManyRequests)])
            try await seen.watching {
                _ = try await keeper(world, seen).refresh(.due)
                let watch = try await keeper(world, seen)
                struct Enough: Error {}
                await #expect(throws: Enough.self) { try await watch.watch { _ in throw Enough() } }
                await watch.landed()
            }
            #expect(seen.count("coffer_limiter_refusals_total", [("provider", "amocrm")]) == 1)
            #expect(try seen.metrics.expectGauge("coffer_watch_waiting").lastValue == 0)
        }
    }

    @Test func `is never a secret, whatever goes wrong`() async throws {
        try await RegistrationWorld.with { world in
            let seen = Observation()
            let path = RegistrationWorld.path
            try await seen.watching {
                for fault in 0..<12 {
                    let keeper = try await world.keeper(log: seen.log) { write, _ in
                        if fault > 0, write >= fault { throw VaultError(.diskFull, "there is no room") }
                    }
                    _ = try? await keeper.credential(for: CredentialRequest(path: path))
                    _ = try? await keeper.refresh(.forced(path))
                    await keeper.landed()
                    world.time.advance(by: 700)
                }
            }
            #expect(seen.metrics.counters(label: "coffer_refreshes_total").contains { $0.totalValue > 0 })
            #expect(seen.tracer.finishedSpans.count > 10)
            #expect(seen.handler.entries.contains { $0.metadata["class"] == "vault" })
            #expect(!seen.text.contains("zq7-marker"))
        }
    }
}
