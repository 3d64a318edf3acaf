// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Foundation
import NIOCore
import Testing

@testable import CofferAgent

@Suite struct `Events of the agent` {
    private static func state(_ path: String, _ state: String = "active", version: Int = 1) -> ConnectionState {
        ConnectionState(
            path: path, state: state, version: version, expiresAt: Date(timeIntervalSince1970: 1_700_000_000))
    }

    @Test func `are what has changed between two looks`() {
        var changes = ConnectionChanges()
        #expect(changes.isEmpty)
        #expect(changes.take([Self.state("main/crm/a", "tainted"), Self.state("main/crm/b")]) == [])
        #expect(!changes.isEmpty)
        let second = [
            Self.state("main/crm/a", "tainted", version: 2), Self.state("main/crm/b", "needs_reauthorization"),
            Self.state("main/crm/new", "blocked"),
        ]
        #expect(changes.take(second) == [.refreshed(second[0]), .needsPerson(second[1])])
        #expect(changes.take(second) == [])
        let third = [
            Self.state("main/crm/a", "payment_required", version: 3), Self.state("main/crm/b", "tainted"),
            Self.state("main/crm/new", "refreshing"),
        ]
        #expect(changes.take(third) == [.refreshed(third[0]), .needsPerson(third[0]), .tainted(third[1])])
        #expect(changes.take([]) == [] && changes.take(third) == [], "what comes again is new")
        let anew = third.map { Self.state($0.path, version: $0.path == "main/crm/a" ? 1 : $0.version) }
        #expect(changes.take(anew) == [.refreshed(anew[0])])
    }

    private static func rotation(
        _ id: String, _ state: String, awaitsRemoval: Bool = false
    ) -> ClientRotation {
        ClientRotation(id: id, path: "main/crm", mode: "planned", state: state, awaitsRemoval: awaitsRemoval)
    }

    @Test func `are of rotations that were opened, wait, or are over`() {
        var changes = RotationChanges()
        let old = Self.rotation("r-0", "awaiting_operator")
        #expect(changes.take([old, Self.rotation("r-1", "closed")]) == [])
        #expect(changes.over == ["r-1"])
        let opened = [Self.rotation("r-2", "running"), Self.rotation("r-3", "awaiting_operator")]
        let first: [AgentEvent] = [.rotationOpened(opened[0]), .rotationOpened(opened[1]), .rotationWaiting(opened[1])]
        #expect(changes.take([old] + opened) == first)
        #expect(changes.take([old] + opened) == [])
        // What is not found for once is not new afterwards.
        #expect(changes.take([old]) == [] && changes.take([old] + opened) == [])
        let later = [
            Self.rotation("r-0", "awaiting_operator", awaitsRemoval: true), Self.rotation("r-2", "stopped"),
            Self.rotation("r-3", "running"), Self.rotation("r-4", "closed"),
        ]
        #expect(
            changes.take(later) == [.rotationWaiting(later[0]), .rotationWaiting(later[1]), .rotationClosed(later[3])])
        let given = Self.rotation("r-2", "abandoned")
        #expect(changes.take([given]) == [.rotationClosed(given)])
        #expect(changes.over == ["r-1", "r-2", "r-4"])
        changes.rest()
        #expect(changes.take([Self.rotation("r-5", "running")]) == [] && changes.over.count == 3)
    }

    @Test func `are frames with one line of data`() {
        func text(_ event: AgentEvent) -> String { String(buffer: event.frame) }
        #expect(
            text(.tainted(Self.state("main/crm/a", "tainted", version: 7)))
                == "event: tainted\ndata: "
                + #"{"format_version":1,"path":"main/crm/a","state":"tainted","version":7,"expires_at":"2023-11-14T22:13:20Z"}"#
                + "\n\n")
        #expect(
            text(.needsPerson(Self.state("main/crm/a", "needs_reauthorization", version: 2)))
                == "event: needs_person\ndata: "
                + #"{"format_version":1,"path":"main/crm/a","state":"needs_reauthorization","version":2,"#
                + "\"expires_at\":\"2023-11-14T22:13:20Z\"}\n\n")
        #expect(
            text(.rotationWaiting(Self.rotation("r-0", "awaiting_operator")))
                == "event: rotation_waiting\ndata: "
                + #"{"format_version":1,"path":"main/crm","state":"awaiting_operator","rotation":"r-0","mode":"planned"}"#
                + "\n\n")
        #expect(text(.locked) == "event: locked\ndata: {\"format_version\":1}\n\n")
        #expect(text(.beat) == ":\n\n")
    }

    @Test func `reach everybody who listens, and cut off who is too far behind`() async throws {
        let hub = EventHub()
        #expect(!hub.hasListeners)
        let deaf = try #require(hub.listen())
        for _ in 0..<EventHub.longestQueue { hub.tell(.beat) }
        #expect(hub.hasListeners)
        let other = try #require(hub.listen())
        hub.tell(.locked)
        var heard = 0
        for await _ in deaf.events { heard += 1 }
        #expect(heard == EventHub.longestQueue, "and then it is over")
        hub.end()
        var events: [AgentEvent] = []
        for await event in other.events { events.append(event) }
        #expect(events == [.locked])
        #expect(hub.listen() == nil && !hub.hasListeners)
    }

    @Test func `have room for so many who listen`() throws {
        let hub = EventHub()
        var all: [(number: Int, events: AsyncStream<AgentEvent>)] = []
        for _ in 0..<EventHub.capacity { all.append(try #require(hub.listen())) }
        #expect(hub.listen() == nil)
        hub.remove(all[0].number)
        #expect(hub.listen() != nil)
        // As where the system allows few connections.
        let small = EventHub(room: 1)
        let only = try #require(small.listen())
        #expect(small.listen() == nil)
        small.remove(only.number)
        #expect(small.listen() != nil)
    }

    @Test func `leave room for those without a ticket, however many tickets there are`() throws {
        func interest(_ number: Int) -> EventInterest {
            EventInterest(
                ticket: Ticket(
                    number: number, name: "ticket-\(number)", patterns: [], issuedAt: .distantPast,
                    expiresAt: .distantFuture))
        }
        let hub = EventHub()
        var all: [(number: Int, events: AsyncStream<AgentEvent>)] = []
        for _ in 0..<EventHub.ticketCapacity { all.append(try #require(hub.listen(interest(1)))) }
        #expect(hub.listen(interest(1)) == nil)
        for number in 2...(1 + EventHub.guestCapacity - EventHub.ticketCapacity) {
            all.append(try #require(hub.listen(interest(number))))
        }
        #expect(hub.listen(interest(1_000)) == nil)
        for _ in EventHub.guestCapacity..<EventHub.capacity { all.append(try #require(hub.listen())) }
        #expect(hub.listen() == nil)
        hub.remove(ticket: 2)
        let again = hub.listen(interest(1_000))
        #expect(again != nil && hub.listen() == nil)
    }
}
