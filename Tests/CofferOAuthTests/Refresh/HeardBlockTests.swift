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

@Suite(.timeLimit(.minutes(1))) struct `A block that is not one account's` {
    /// How the refreshes of a batch ended.
    private actor Ends {
        private(set) var left: Int
        private(set) var codes: [OAuthError.Code] = []

        init(_ count: Int) { left = count }

        func add(_ error: OAuthError?) {
            left -= 1
            if let error { codes.append(error.code) }
        }
    }

    private static let page = TransportOutcome.json(403, "<html><h1>403 Forbidden</h1></html>")

    private let clock = ManualClock(start: noon)

    private func refresher(_ store: MemoryGrantStore, _ transport: AnsweringTransport) -> Refresher {
        let clock = clock
        clock.advance(by: .seconds(3700))
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
    }

    private static func grants(_ count: Int, provider: ProviderDescription = .sample()) -> [GrantSnapshot] {
        (0..<count).map { number in
            GrantSnapshot.sample(id: "g\(number)", provider: provider) { $0.accountID = "account-\(number)" }
        }
    }

    private func failure(
        _ refresher: Refresher, _ number: Int, _ demand: RefreshDemand = .due
    ) async -> OAuthError? {
        do {
            _ = try await refresher.refresh(GrantID("g\(number)"), demand)
            return nil
        } catch {
            return error as? OAuthError
        }
    }

    /// Each waits for its place, and only the first has had it when the answer comes.
    @Test func `is heard of once: of twelve that are due one is sent, and eleven stay as they are`() async throws {
        let clock = VirtualClock()
        let grants = (0..<12).map { number in
            GrantSnapshot.sample(id: "g\(number)", provider: ProviderCatalogue.amocrm) { grant in
                grant.accountHost = "account-\(number).amocrm.ru"
                grant.accountID = nil
                grant.registration.redirectURI = "https://client.example/callback"
            }
        }
        let store = MemoryGrantStore(grants)
        let transport = AnsweringTransport(Array(repeating: Self.page, count: 12))
        let now: @Sendable () -> Date = { noon + 4000 + clock.now.offset / .seconds(1) }
        let refresher = Refresher(
            store: store, client: TokenClient(transport: transport, now: now),
            effects: RefreshEffects(clock: clock, now: now, random: { 0.5 }))
        let ends = Ends(12)
        async let batch: Void = refresher.refresh(grants.map(\.id)) { _, result in
            if case .failure(let error) = result { await ends.add(error as? OAuthError) } else { await ends.add(nil) }
        }
        await clock.run { await min(8, ends.left) }
        await batch
        #expect(transport.sentCount == 1)
        let codes = await ends.codes
        #expect(codes.count { $0 == .blocked } == 1)
        #expect(codes.count { $0 == .coolDown } == 11)
        #expect(await store.diary == ["intent 1", "settle blocked"])
        for grant in grants {
            let after = try await store.grant(grant.id)
            guard after.state != .blocked else { continue }
            #expect(after.state == .active && after.failureCount == 0)
            #expect(after.coolDownUntil == nil && after.lastError == nil)
        }
    }

    @Test func `is tried by one after half a minute, by others after ten and twenty, and ends with a good answer`()
        async throws
    {
        let store = MemoryGrantStore(Self.grants(5))
        let transport = AnsweringTransport(Array(repeating: Self.page, count: 3))
        let refresher = refresher(store, transport)
        #expect(await failure(refresher, 0)?.code == .blocked)
        for (number, pause) in [(1, 30), (2, 600)] {
            #expect(await failure(refresher, number)?.retryAfter == .seconds(pause))
            clock.advance(by: .seconds(pause))
            #expect(await failure(refresher, number)?.code == .blocked)
        }
        #expect(await failure(refresher, 3)?.retryAfter == .seconds(1200))
        #expect(transport.sentCount == 3)
        clock.advance(by: .seconds(1200))
        transport.hold()
        let trial = Task { try await refresher.refresh(GrantID("g3"), .due) }
        await transport.waitForRequests(4)
        // While one tries the others wait for what it hears.
        let waiting = await failure(refresher, 4)
        #expect(waiting?.code == .coolDown && waiting?.retryAfter == .seconds(45))
        transport.release()
        #expect(try await trial.value.isRenewed)
        #expect(await failure(refresher, 4) == nil)
        #expect(transport.sentCount == 5)
    }

    @Test func `is one account's if another is answered: then it holds up nobody again`() async {
        // The last is for the one that is forced.
        let answers = [Self.page] + (1...198).map { TransportOutcome.pair($0 + 1) } + [Self.page]
        let (store, transport) = (MemoryGrantStore(Self.grants(200)), AnsweringTransport(answers))
        let refresher = refresher(store, transport)
        #expect(await failure(refresher, 0)?.code == .blocked)
        #expect(await failure(refresher, 1)?.code == .coolDown)
        clock.advance(by: .seconds(30))
        for number in 1..<199 { #expect(await failure(refresher, number) == nil) }
        #expect(transport.sentCount == 199)
        // Whoever forces the one that is blocked holds up nobody.
        #expect(await failure(refresher, 0, .forced)?.code == .blocked)
        #expect(await failure(refresher, 199) == nil)
    }

    @Test func `that others hear of later is everybody's again`() {
        let (blocks, scope) = (HeardBlocks(), HeardBlocks.Scope(Fixtures.generic))
        blocks.begin(scope, by: "one", retryAfter: nil, at: .zero)
        #expect(blocks.enter(scope, at: .seconds(30)) == nil)
        blocks.end(scope, by: "two")
        blocks.begin(scope, by: "one", retryAfter: nil, at: .seconds(40))
        #expect(blocks.rest(of: scope, at: .seconds(40)) == nil)
        blocks.begin(scope, by: "two", retryAfter: nil, at: .seconds(50))
        #expect(blocks.rest(of: scope, at: .seconds(50)) == .seconds(30))
        blocks.end(scope, by: "one")
        blocks.begin(scope, by: "one", retryAfter: nil, at: .seconds(60))
        #expect(blocks.rest(of: scope, at: .seconds(60)) == .seconds(30))
    }

    @Test func `is made no longer by an account that was blocked alone before`() {
        let (blocks, scope) = (HeardBlocks(), HeardBlocks.Scope(Fixtures.generic))
        blocks.begin(scope, by: "one", retryAfter: nil, at: .zero)
        blocks.end(scope, by: "two")
        blocks.begin(scope, by: "two", retryAfter: nil, at: .seconds(50))
        blocks.begin(scope, by: "one", retryAfter: .seconds(3600), at: .seconds(60))
        #expect(blocks.rest(of: scope, at: .seconds(60)) == .seconds(20))
        blocks.begin(scope, by: "one", retryAfter: nil, at: .seconds(90))
        #expect(blocks.rest(of: scope, at: .seconds(90)) == nil)
    }

    @Test func `holds for as long as the server says, and an hour at most`() async {
        let answer = HTTPAnswer(status: 403, headers: [("Retry-After", "86400")], body: Secret("<html>"))
        let (store, transport) = (MemoryGrantStore(Self.grants(2)), AnsweringTransport([.answered(answer)]))
        let refresher = refresher(store, transport)
        #expect(await failure(refresher, 0)?.code == .blocked)
        #expect(await failure(refresher, 1)?.retryAfter == .seconds(3600))
    }

    @Test func `holds up nobody who forces a refresh, and is over for all when that works`() async {
        let (store, transport) = (MemoryGrantStore(Self.grants(3)), AnsweringTransport([Self.page]))
        let refresher = refresher(store, transport)
        #expect(await failure(refresher, 0)?.code == .blocked)
        #expect(await failure(refresher, 1)?.code == .coolDown)
        #expect(await failure(refresher, 1, .forced) == nil)
        #expect(await failure(refresher, 2) == nil)
        // Of the one that heard of it nobody has asked yet.
        #expect(await failure(refresher, 0)?.code == .blocked)
        #expect(await failure(refresher, 0, .forced) == nil)
        #expect(transport.sentCount == 4)
    }

    @Test func `holds up no other app`() async {
        var grants = Self.grants(3)
        grants[1].registration.clientID = "another-client"
        grants[2].registration.provider.endpoints.token = "https://other.example/token"
        grants[2].registration.provider.domains = ["other.example"]
        let (store, transport) = (MemoryGrantStore(grants), AnsweringTransport([Self.page]))
        let refresher = refresher(store, transport)
        #expect(await failure(refresher, 0)?.code == .blocked)
        #expect(await failure(refresher, 1) == nil)
        #expect(await failure(refresher, 2) == nil)
    }

    @Test func `is told from an account's own, which holds up nobody else`() async {
        let grants = Self.grants(2, provider: .sample { $0.errorDialect = .amocrm })
        let transport = AnsweringTransport([.json(403, #"{"status":403,"code":113}"#)])
        let refresher = refresher(MemoryGrantStore(grants), transport)
        #expect(await failure(refresher, 0)?.code == .blocked)
        #expect(await failure(refresher, 1) == nil)
    }

    @Test(arguments: [
        (403, "<html>403 Forbidden</html>", true), (403, "", true), (403, #"{"title":"Forbidden","status":403}"#, true),
        (403, #"{"status":403,"code":113}"#, false), (403, #"{"response":{"error_code":"113"}}"#, false),
    ])
    func `is one that names no error`(_ status: Int, _ body: String, _ reachesOthers: Bool) async {
        let outcome = await Fixtures.refresh(Fixtures.amocrm, status, body)
        let setback = if case .unprocessed(let setback) = outcome { setback } else { nil as Setback? }
        #expect(setback?.kind == .blocked)
        #expect(setback?.reachesOthers == reachesOthers)
    }

    @Test func `is none of Bitrix24's, which are of one app in one account`() async {
        let outcome = await Fixtures.refresh(Fixtures.bitrix24, 503, #"{"error":"OVERLOAD_LIMIT"}"#)
        let setback = if case .unprocessed(let setback) = outcome { setback } else { nil as Setback? }
        #expect(setback?.kind == .blocked)
        #expect(setback?.reachesOthers == false)
    }
}
