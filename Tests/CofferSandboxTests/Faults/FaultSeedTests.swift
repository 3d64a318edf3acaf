// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOHTTP1
import Testing

@testable import CofferSandbox

@Suite struct `A seed of faults` {
    private static let service = try? SandboxService(SandboxConfiguration())

    /// The faults that so many refreshes of each account meet.
    private static func run(_ seed: FaultSeed, accounts: [String], count: Int) throws -> [String: [String]] {
        let service = try #require(service)
        let plan = FaultPlan()
        plan.set(seed)
        var met: [String: [String]] = [:]
        for _ in 0..<count {
            for name in accounts {
                let account = try #require(service.account(named: name))
                let request = ParsedRequest(
                    method: "POST", host: "\(name).amocrm.localhost", target: "/oauth2/access_token",
                    headers: [("content-type", "application/x-www-form-urlencoded")],
                    bytes: Data("grant_type=refresh_token".utf8), source: "", provider: service.provider,
                    account: service.account(named:))
                let hits = plan.next(for: request, account: account)
                met[name, default: []].append(hits.map { "\($0)" }.joined())
            }
        }
        return met
    }

    @Test func `it is the same in every run and in every order of accounts`() throws {
        let seed = FaultSeed(42, percent: 30)
        let first = try Self.run(seed, accounts: ["acme", "birch"], count: 50)
        #expect(try Self.run(seed, accounts: ["birch", "acme"], count: 50) == first)
        #expect(try Self.run(FaultSeed(43, percent: 30), accounts: ["acme", "birch"], count: 50) != first)
        #expect(first["acme"] != first["birch"])
    }

    @Test func `it hits about as many as it says, and plays every trick`() throws {
        let met = try Self.run(FaultSeed(7, percent: 25), accounts: ["acme"], count: 4_000)["acme"] ?? []
        let hits = met.filter { !$0.isEmpty }
        #expect((900...1_100).contains(hits.count))
        for kind in FaultKind.allCases where kind != .certificateSwap {
            #expect(hits.contains { $0.contains("\(kind)") }, "\(kind)")
        }
    }

    @Test func `it plays only the tricks it is given, and none at all with nothing of a hundred`() throws {
        let some = try Self.run(FaultSeed(7, percent: 100, kinds: [.reset]), accounts: ["acme"], count: 20)
        #expect(some["acme"]?.allSatisfy { $0.contains("reset") } == true)
        let none = try Self.run(FaultSeed(7, percent: 0), accounts: ["acme"], count: 20)
        #expect(none["acme"]?.allSatisfy(\.isEmpty) == true)
    }

    @Test func `a standing rule and a seed go together`() throws {
        let service = try #require(Self.service)
        let plan = FaultPlan()
        plan.set([FaultRule(.graceWindow, times: 0)])
        plan.set(FaultSeed(7, percent: 100, kinds: [.answerLost]))
        let request = ParsedRequest(
            method: "POST", host: "acme.amocrm.localhost", target: "/oauth2/access_token", headers: [], bytes: Data(),
            source: "", provider: service.provider, account: service.account(named:))
        #expect(plan.next(for: request, account: nil).map(\.kind) == [.graceWindow, .answerLost])
        plan.add(FaultRule(.serverError, times: 0))
        #expect(plan.next(for: request, account: nil).map(\.kind) == [.graceWindow, .serverError])
    }

    @Test func `handshakes are swapped by it as well`() {
        let plan = FaultPlan()
        plan.set(FaultSeed(1, percent: 100, kinds: [.certificateSwap]))
        #expect(plan.swapsCertificate(label: "acme"))
    }

    @Test func `it is set and shown over HTTP`() async throws {
        try await withClient { client in
            let body = "{\"random\":{\"seed\":7,\"percent\":100,\"kinds\":[\"server_error\"]}}"
            let answer = try await client.send(.POST, client.base, "/sandbox/faults", body: body)
            #expect(answer.status == 200)
            #expect(client.sandbox.faults.seed == FaultSeed(7, percent: 100, kinds: [.serverError]))
            #expect(try await client.token(code: "x").status >= 500)
            #expect(try await client.send(.DELETE, client.base, "/sandbox/faults").status == 200)
            #expect(client.sandbox.faults.seed == nil)
        }
    }
}
