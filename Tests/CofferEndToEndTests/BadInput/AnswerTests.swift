// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `Answers of a token endpoint that are no good` {
    private static let force = ["refresh", "--force", "main/crm/acme"]

    /// What an answer is, what the program says of it, and whether the grant may still be good.
    struct Case: Sendable, CustomTestStringConvertible {
        let fault: FaultKind
        let codes: [Int32]
        var testDescription: String { fault.rawValue }
    }

    /// 69 unreachable, 75 try later, 76 makes no sense, 80 needs a person.
    static let cases: [Case] = [
        Case(fault: .htmlBody, codes: [76, 75]), Case(fault: .emptyBody, codes: [76, 75]),
        Case(fault: .truncatedBody, codes: [75, 69, 76]), Case(fault: .missingAccessToken, codes: [76]),
        Case(fault: .errorInSuccess, codes: [80, 76]), Case(fault: .hugeBody, codes: [76, 75]),
        Case(fault: .endlessBody, codes: [76, 75, 69]), Case(fault: .hang, codes: [75, 69]),
        Case(fault: .answerLost, codes: [75, 69]), Case(fault: .reset, codes: [75, 69]),
        Case(fault: .redirect, codes: [76]), Case(fault: .tooManyRequests, codes: [75]),
        Case(fault: .serverError, codes: [75, 69]),
    ]

    @Test(arguments: cases)
    func `get one line with a documented status, one request, and a state that is true`(_ test: Case) async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let birch = try await world.token("birch")
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(test.fault, account: "acme", grantType: "refresh_token", times: 0)])
            let end = try await world.program.run(Self.force + ["--json"])
            guard case .exited(let code) = end.status else {
                Issue.record("\(end.status)")
                return
            }
            #expect(test.codes.contains(code), "\(code): \(end.text)\(end.errors)")
            let lines = try #require(end.json.values.compactMap { $0 as? [[String: Any]] }.first, "\(end.text)")
            #expect(lines.count == 1)
            let error = try #require(lines.first?["error"] as? [String: Any], "\(end.text)")
            let message = try #require(error["message"] as? String)
            #expect(!message.contains("<") && !message.contains("\n"))
            #expect(world.sandbox.log.requests(for: .token).count == 1)
            // 307 leads to a host where a client that follows would repeat both secrets.
            #expect(world.sandbox.log.records.allSatisfy { $0.host == "acme.amocrm.localhost" })

            world.sandbox.faults.clear()
            let state = try await world.state("acme")
            #expect(state != nil && state != "retired")
            #expect(try await world.token("birch") == birch)
            if state == "active" {
                try await world.succeed(Self.force)
                #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
            }
        }
    }

    @Test func `a refresh token in an answer without an access token is kept, as it is the grant now`() async throws {
        try await World.with { world in
            let spent = try await world.field("main/crm/acme#refresh_token")
            world.sandbox.faults.set([FaultRule(.missingAccessToken, grantType: "refresh_token")])
            let end = try await world.program.run(Self.force)
            #expect(end.status != .exited(0))
            world.sandbox.faults.clear()
            try await world.succeed(Self.force)
            #expect(world.sandbox.log.requests(carrying: spent).count == 1)
            #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
        }
    }

    @Test func `an answer without an access token leaves no dead one to be handed out`() async throws {
        try await World.with { world in
            world.sandbox.faults.set([FaultRule(.missingAccessToken, grantType: "refresh_token")])
            try await world.program.run(Self.force)
            world.sandbox.faults.clear()
            let end = try await world.program.run("token", "main/crm/acme")
            // The refresh ended the token from before: what is handed out is a new one, or an error.
            let token = end.text.trimmingCharacters(in: .newlines)
            let isDead = try await token.isEmpty ? false : world.accountStatus("acme", token: token) == 401
            #expect(!isDead)
        }
    }

    @Test func `a refresh token that comes alone while an account is connected is presented, as it is the grant`()
        async throws
    {
        try await World.with(accounts: []) { world in
            world.sandbox.faults.set([FaultRule(.missingAccessToken, grantType: "authorization_code", times: 0)])
            try await world.connect("acme")
            let grants = world.sandbox.log.requests(for: .token).map(\.grantType)
            #expect(grants == ["authorization_code", "refresh_token"])
            #expect(try await world.state("acme") == "active")
            #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
        }
    }

    // A refresh token that comes alone has its test above.
    @Test(arguments: cases.filter { ![.hang, .endlessBody, .missingAccessToken].contains($0.fault) })
    func `while an account is connected leave no connection behind`(_ test: Case) async throws {
        try await World.with(accounts: []) { world in
            world.sandbox.faults.set([FaultRule(test.fault, grantType: "authorization_code", times: 0)])
            let (_, end) = try await world.program.start(
                ["connect", "main/crm/acme", "--paste", "--yes", "--no-browser"], input: .open
            ) {
                let line = try #require(await $0.line(containing: "https://"))
                await $0.write(
                    try world.sandbox.authorize(account: "acme", state: World.query(of: line)["state"]).callbackURL)
            }
            guard case .exited(let code) = end.status else {
                Issue.record("\(end.status)")
                return
            }
            #expect((test.codes + [69, 75, 80]).contains(code), "\(code): \(end.errors)")
            #expect(end.output.isEmpty)
            world.sandbox.faults.clear()
            for row in try await world.status().values { #expect(row["state"] as? String != "active", "\(row)") }
            try await world.connect("acme")
            #expect(try await world.state("acme") == "active")
        }
    }

    @Test func `a certificate that does not verify ends it before a secret is sent`() async throws {
        try await World.with(accounts: []) { world in
            let arguments = world.appArguments("main/untrusted").dropLast(2)
            try await world.succeed(Array(arguments), input: .text(world.sandbox.integration.clientSecret))
            world.sandbox.log.clear()
            let (_, end) = try await world.program.start(
                ["connect", "main/untrusted/acme", "--paste", "--yes", "--no-browser"], input: .open
            ) {
                let line = try #require(await $0.line(containing: "https://"))
                await $0.write(
                    try world.sandbox.authorize(account: "acme", state: World.query(of: line)["state"]).callbackURL)
            }
            #expect(end.status == .exited(69), "\(end.errors)")
            #expect(end.errors.contains("certificate"))
            #expect(world.sandbox.log.requests(for: .token).isEmpty)
            #expect(try await world.status().isEmpty)
        }
    }

    @Test func `a withdrawn grant needs a person, and is not asked for again`() async throws {
        try await World.with { world in
            try world.sandbox.revokeAccess(of: "acme")
            world.sandbox.log.clear()
            for _ in 0..<3 { #expect(try await world.program.run(Self.force).status == .exited(80)) }
            #expect(world.sandbox.log.requests(for: .token).count == 1)
            #expect(try await world.state("acme") == "needs_reauthorization")
            try await world.program.run("token", "main/crm/acme").expectRefusal(80, saying: "coffer connect")
        }
    }

    @Test func `a secret that the server refuses marks no grant dead`() async throws {
        try await World.with { world in
            try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let end = try await world.program.run(Self.force)
            #expect(end.status == .exited(78), "\(end.text)\(end.errors)")
            #expect(try await world.state("acme") == "active")
        }
    }
}
