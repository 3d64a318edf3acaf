// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Synchronization
import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite(.timeLimit(.minutes(3))) struct RequestGateTests {
    /// Goes through a gate many times at once and says how many were inside together: nobody leaves before so many are.
    private func mostInside(_ lanes: [RequestGate.Lane?], staying count: Int) async throws -> Int {
        let (gate, counter) = (RequestGate(RefreshLimits()), InsideCounter())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in lanes {
                group.addTask {
                    try await gate.through(lane, FlightUrgency(false)) {
                        await counter.enter()
                        while await counter.most < count {
                            try Task.checkCancellation()
                            await Task.yield()
                        }
                        // For a while, in which one too many would come.
                        for _ in 0..<50 { await Task.yield() }
                        await counter.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        return await counter.most
    }

    @Test func `two go to one host at once`() async throws {
        let lanes = (0..<12).map { _ in RequestGate.Lane(provider: "p", host: "h") }
        #expect(try await mostInside(lanes, staying: 2) == 2)
    }

    @Test func `eight go to one provider at once, so that it can't fill the gate`() async throws {
        let lanes = (0..<40).map { RequestGate.Lane(provider: "p", host: "h\($0)") }
        #expect(try await mostInside(lanes, staying: 8) == 8)
    }

    @Test func `once it is closed nobody gets in, and whoever waits is sent away`() async throws {
        let gate = RequestGate(RefreshLimits())
        let (lane, inside) = (RequestGate.Lane(provider: "p", host: "h"), InsideCounter())
        let (stream, opener) = AsyncStream<Void>.makeStream()
        let holders = (0..<2).map { _ in
            Task {
                try await gate.through(lane, FlightUrgency(false)) {
                    await inside.enter()
                    while await inside.most < 2 { await Task.yield() }
                    for await _ in stream {}
                }
            }
        }
        while await inside.most < 2 { await Task.yield() }
        let waiter = Task { try await gate.through(lane, FlightUrgency(true)) { await inside.enter() } }
        let pause = Task { try await gate.untilClosed { try await ContinuousClock().sleep(for: .seconds(600)) } }
        for _ in 0..<100 { await Task.yield() }
        await gate.close()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        await #expect(throws: CancellationError.self) { try await pause.value }
        await #expect(throws: CancellationError.self) { try await gate.through(lane, FlightUrgency(true)) {} }
        await #expect(throws: CancellationError.self) { try await gate.untilClosed {} }
        opener.finish()
        for holder in holders { try await holder.value }
        #expect(await inside.most == 2)
    }

    @Test func `who waits is counted, up and down to nobody`() async throws {
        let observer = DepthObserver()
        let gate = RequestGate(RefreshLimits(), observer: observer)
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    try await gate.through(RequestGate.Lane(provider: "p", host: "h"), FlightUrgency(false)) {
                        while observer.depths.max() != 10, observer.depths.last != 0 { await Task.yield() }
                    }
                }
            }
        }
        #expect(observer.depths == Array(1...10) + (0..<10).reversed())
    }

    @Test func `whoever is waited for goes first, also if that turns out while it waits`() async throws {
        var limits = RefreshLimits()
        limits.parallelPerHost = 1
        let (observer, order) = (DepthObserver(), EntryOrder())
        let gate = RequestGate(limits, observer: observer)
        let lane = RequestGate.Lane(provider: "p", host: "h")
        let (stream, opener) = AsyncStream<Void>.makeStream()
        let holder = Task {
            try await gate.through(lane, FlightUrgency(false)) {
                await order.enter("holder")
                for await _ in stream {}
            }
        }
        while await order.names.isEmpty { await Task.yield() }
        var waiters: [Task<Void, any Error>] = []
        let urgencies = ["due", "asked for later", "due too", "asked for"].map {
            ($0, FlightUrgency($0 == "asked for"))
        }
        for (index, (name, urgency)) in urgencies.enumerated() {
            waiters.append(Task { try await gate.through(lane, urgency) { await order.enter(name) } })
            while observer.depths.last != index + 1 { await Task.yield() }
        }
        urgencies[1].1.raise()
        opener.finish()
        for task in waiters + [holder] { try await task.value }
        #expect(await order.names == ["holder", "asked for later", "asked for", "due", "due too"])
    }

    @Test func `sixteen go at once`() async throws {
        #expect(try await mostInside([RequestGate.Lane?](repeating: nil, count: 60), staying: 16) == 16)
    }

    @Test func `those of one provider who do not send yet hold up none of another`() async throws {
        let lanes = (0..<60).map { RequestGate.Lane(provider: "p\($0)", host: "h\($0)") }
        #expect(try await mostInside(lanes, staying: 60) == 60)
    }
}

/// Remembers how many waited.
private final class DepthObserver: RefreshObserver {
    private let seen = Mutex<[Int]>([])
    var depths: [Int] { seen.withLock { $0 } }

    func refresh(
        _ snapshot: GrantSnapshot, _ demand: RefreshDemand, _ body: @Sendable () async throws -> RefreshedGrant
    ) async throws -> RefreshedGrant { try await body() }

    func queueChanged(to depth: Int) { seen.withLock { $0.append(depth) } }
}

/// Counts who is inside.
private actor EntryOrder {
    private(set) var names: [String] = []

    func enter(_ name: String) { names.append(name) }
}

private actor InsideCounter {
    private(set) var most = 0
    private var inside = 0

    func enter() {
        inside += 1
        most = max(most, inside)
    }

    func leave() { inside -= 1 }
}
