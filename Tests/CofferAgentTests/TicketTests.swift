// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import CofferKeeper
import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import CofferAgent

@Suite struct `A pattern of a ticket` {
    @Test(arguments: [
        ("main/crm/acme", ["main/crm/acme"], ["main/crm", "main/crm/acme/x", "main/crm/acm"]),
        ("main/crm/*", ["main/crm/acme"], ["main/crm", "main/crm/a/b", "main/other/acme", "prod/crm/acme"]),
        ("*/crm/*", ["main/crm/acme", "prod/crm/b"], ["main/crm", "main/x/acme"]),
        ("main/**", ["main/a", "main/a/b/c"], ["prod/a", "mainx/a"]),
        ("main/crm/**", ["main/crm", "main/crm/a/b"], ["main/crmx", "main/x/crm"]),
        ("**/token", ["main/token", "main/a/b/token"], ["main/token/x", "main/atoken"]),
        ("main/**/a/**/b", ["main/a/b", "main/x/a/y/z/b"], ["main/b/a", "main/x/b"]),
        ("**", ["main/a", "a/b/c/d/e/f/g/h"], []),
    ])
    func `is good for some paths`(text: String, good: [String], others: [String]) throws {
        let pattern = try #require(TicketPattern(text))
        for path in try good.map({ try CredentialPath($0) }) { #expect(pattern.matches(path), "\(path)") }
        for path in try others.map({ try CredentialPath($0) }) { #expect(!pattern.matches(path), "\(path)") }
    }

    @Test(arguments: [
        "", "/", "/main/a", "main/a/", "main//a", "main/a*", "main/***", "main/../a", "Main/a", "main/a b",
        "main/\u{0}", "main/a\n", "a/b/c/d/e/f/g/h/i", "main/?", "main/[a]", "main/%2A",
    ])
    func `is nothing else`(text: String) {
        #expect(TicketPattern(text) == nil)
    }
}

@Suite struct `A ticket` {
    private final class Scene: Sendable {
        static let start = Date(timeIntervalSince1970: 1_790_000_000)

        let clock = ManualClock()
        let wall = Mutex(Scene.start)
        let locks = Mutex(0)
        let ended = Mutex<[Int]>([])

        func book() throws -> TicketBook {
            let lockCount: @Sendable () -> Int = { self.locks.withLock { $0 } }
            let now: @Sendable () -> Date = { self.wall.withLock { $0 } }
            return TicketBook(key: try TicketKey(), lockCount: lockCount, now: now, clock: clock) { number in
                self.ended.withLock { $0.append(number) }
            }
        }
    }

    private static func request(_ name: String? = nil, lifetime: Int = 60) throws -> TicketRequest {
        let called = name.map { #","name":"\#($0)""# } ?? ""
        return try TicketRequest(reading: Secret(#"{"paths":["main/crm/*"],"ttl_seconds":\#(lifetime)\#(called)}"#))
    }

    @Test func `is known by its text, which nobody keeps, and by nothing else`() throws {
        let book = try Scene().book()
        let (ticket, text) = try book.issue(Self.request("deploy"), lockCount: 0)
        let shown = text.withExposedText { $0 }
        #expect(shown.hasPrefix("coffer-ticket-1") && shown.utf8.count == 58)
        #expect(book.ticket(text) == ticket && book.isGood(ticket))
        let (_, other) = try book.issue(Self.request(), lockCount: 0)
        #expect(other != text && book.ticket(other)?.name == "ticket-1")
        for wrong in ["", "x", String(shown.dropLast()), shown + "a", shown.uppercased()] {
            #expect(book.ticket(Secret(wrong)) == nil)
        }
        // Another agent's, as each has a key of its own.
        #expect(try Scene().book().ticket(text) == nil)
        #expect(book.tickets.map(\.name) == ["deploy", "ticket-1"])
    }

    @Test func `ends with its time, by either clock`() throws {
        for isSet in [false, true] {
            let scene = Scene()
            let book = try scene.book()
            let (ticket, text) = try book.issue(Self.request(), lockCount: 0)
            #expect(book.ticket(text) == ticket)
            if isSet { scene.wall.withLock { $0 += 59 } } else { scene.clock.advance(by: .seconds(59)) }
            #expect(book.ticket(text) == ticket)
            if isSet { scene.wall.withLock { $0 += 1 } } else { scene.clock.advance(by: .seconds(1)) }
            #expect(book.ticket(text) == nil && !book.isGood(ticket))
            book.sweep()
            #expect(scene.ended.withLock { $0 } == [ticket.number] && book.tickets.isEmpty)
        }
    }

    @Test func `ends when it is revoked and when the vault is locked`() throws {
        let scene = Scene()
        let book = try scene.book()
        let (first, text) = try book.issue(Self.request("a"), lockCount: 0)
        #expect(!book.revoke("b") && book.revoke("a") && !book.revoke("a"))
        #expect(book.ticket(text) == nil && scene.ended.withLock { $0 } == [first.number])
        let (second, other) = try book.issue(Self.request("a"), lockCount: 0)
        scene.locks.withLock { $0 += 1 }
        #expect(book.ticket(other) == nil && !book.isGood(second))
        // What was begun before it was locked is void as well.
        #expect(try book.ticket(book.issue(Self.request("late"), lockCount: 0).text) == nil)
        #expect(try book.ticket(book.issue(Self.request("new"), lockCount: 1).text) != nil)
        book.end()
        #expect(book.tickets.isEmpty)
    }

    @Test func `has a name of its own, and there are so many`() throws {
        let book = try Scene().book()
        _ = try book.issue(Self.request("a"), lockCount: 0)
        let fault = #expect(throws: RequestFault.self) { try book.issue(Self.request("a"), lockCount: 0) }
        #expect(fault?.code == "already_exists")
        for _ in 1..<TicketBook.capacity { _ = try book.issue(Self.request(), lockCount: 0) }
        #expect(throws: CredentialError(.busy, message: "")) { try book.issue(Self.request("z"), lockCount: 0) }
    }

    @Test func `has a name that no other had, where none is asked for`() throws {
        let book = try Scene().book()
        func issue(_ name: String? = nil) throws -> Ticket { try book.issue(Self.request(name), lockCount: 0).ticket }
        let first = try issue()
        #expect(first.name == "ticket-1" && book.revoke("ticket-1"))
        let second = try issue()
        #expect(second.name == "ticket-2" && second.id != first.id)
        _ = try issue("ticket-3")
        let fourth = try issue()
        #expect(fourth.name == "ticket-4")
        // A name that was asked for may come again, and is another ticket's then.
        let deploy = try issue("deploy")
        #expect(book.revoke("deploy"))
        let again = try issue("deploy")
        #expect(again.id != deploy.id)
        // The first one could not be recorded, and nobody waits for that any more: it is the second one's name.
        book.withdraw(deploy)
        #expect(book.isGood(again))
        book.withdraw(again)
        #expect(!book.isGood(again))
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"paths":[],"ttl_seconds":60}"#, #"{"paths":"main/a","ttl_seconds":60}"#,
        #"{"paths":["main/a*"],"ttl_seconds":60}"#, #"{"paths":[1],"ttl_seconds":60}"#,
        #"{"paths":["main/a\u0000"],"ttl_seconds":60}"#, #"{"paths":["main/a\n"],"ttl_seconds":60}"#,
        #"{"paths":["main/a"]}"#, #"{"paths":["main/a"],"ttl_seconds":0}"#, #"{"paths":["main/a"],"ttl_seconds":-1}"#,
        #"{"paths":["main/a"],"ttl_seconds":1.5}"#, #"{"paths":["main/a"],"ttl_seconds":"60"}"#,
        #"{"paths":["main/a"],"ttl_seconds":2592001}"#, #"{"paths":["main/a"],"ttl_seconds":99999999999999999999}"#,
        #"{"paths":["main/a"],"ttl_seconds":60,"name":""}"#, #"{"paths":["main/a"],"ttl_seconds":60,"name":"a b"}"#,
        #"{"paths":["main/a"],"ttl_seconds":60,"name":"a/b"}"#, #"{"paths":["main/a"],"ttl_seconds":60,"name":7}"#,
        #"{"paths":["main/a"],"ttl_seconds":60,"name":"a\u0000"}"#, #"{"paths":["main/a"],"ttl_seconds":60"#,
    ])
    func `is not made for what makes no sense`(body: String) {
        let fault = #expect(throws: RequestFault.self) { try TicketRequest(reading: Secret(body)) }
        #expect(fault?.code == "bad_request")
    }

    @Test func `stands in Authorization, once`() throws {
        func read(_ values: String...) throws -> Secret? {
            var fields = HTTPFields()
            for value in values { fields.append(HTTPField(name: .authorization, value: value)) }
            return try Bearer.read(fields)
        }
        #expect(try read() == nil)
        for scheme in ["Bearer", "bearer", "BEARER"] { #expect(try read("\(scheme) a-._~+/=9") == Secret("a-._~+/=9")) }
        let long = String(repeating: "a", count: 129)
        for wrong in [
            "", "Bearer", "Bearer ", "Bearer  a", "Bearer a b", "Basic YTpi", "Bearer \(long)", "a", "Bearer é",
        ] {
            #expect(throws: RequestFault.ticketRefused) { try read(wrong) }
        }
        #expect(throws: RequestFault.ticketRefused) { try read("Bearer a", "Bearer a") }
    }

    @Test func `has its own share of those who listen, and hears of its paths`() async throws {
        let scene = Scene()
        let (ticket, _) = try scene.book().issue(Self.request(), lockCount: 0)
        let hub = EventHub()
        var own: [AsyncStream<AgentEvent>] = []
        for _ in 0..<EventHub.ticketCapacity {
            own.append(try #require(hub.listen(EventInterest(ticket: ticket))).events)
        }
        #expect(hub.listen(EventInterest(ticket: ticket)) == nil)
        let below = try #require(hub.listen(EventInterest(prefix: "main/other"))).events
        func refreshed(_ path: String) -> AgentEvent {
            .refreshed(ConnectionState(path: path, state: "active", version: 2, expiresAt: nil))
        }
        for event in [refreshed("main/crm/a"), refreshed("main/other/a"), refreshed("main/otherwise/a"), .beat] {
            hub.tell(event)
        }
        hub.remove(ticket: ticket.number)
        var heard: [AgentEvent] = []
        for await event in own[0] { heard.append(event) }
        #expect(heard == [refreshed("main/crm/a"), .beat], "and then it is over")
        hub.end()
        heard = []
        for await event in below { heard.append(event) }
        #expect(heard == [refreshed("main/other/a"), .beat])
    }

    @Test func `hears of no rotation, also of what it is good for`() throws {
        let patterns = [try #require(TicketPattern("**"))]
        let ticket = Ticket(
            number: 1, name: "all", patterns: patterns, issuedAt: Scene.start, expiresAt: Scene.start + 60)
        let state = ConnectionState(path: "main/crm/a", state: "tainted", version: 2, expiresAt: nil)
        let rotation = ClientRotation(
            id: "r-0", path: "main/crm", mode: "leak", state: "awaiting_operator", awaitsRemoval: false)
        let (own, guest) = (EventInterest(prefix: "main"), EventInterest(prefix: "main", ticket: ticket))
        let others: [AgentEvent] = [.rotationOpened(rotation), .rotationWaiting(rotation), .rotationClosed(rotation)]
        for event in others {
            #expect(own.includes(event) && !guest.includes(event))
        }
        for event in [.refreshed(state), .tainted(state), .needsPerson(state), .locked, .beat] as [AgentEvent] {
            #expect(own.includes(event) && guest.includes(event))
        }
    }
}
