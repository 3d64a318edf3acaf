// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `Webhooks at the command line` {
    private static func get(_ query: String) -> Program.Input {
        .text("GET /hook?\(query) HTTP/1.1\r\nHost: example.com\r\n\r\n")
    }

    private static func post(_ form: String) -> Program.Input {
        .text(
            "POST /hook HTTP/1.1\r\nHost: example.com\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: \(form.utf8.count)\r\n\r\n\(form)")
    }

    @Test func `of amoCRM are believed if the client_secret made them, and told from others by their status`()
        async throws
    {
        try await World.with { world in
            let query = try world.sandbox.removalNotice(account: "acme")
            let proven = try await world.succeed(
                "webhook", "check", World.app, "--name", "removal", "--json", input: Self.get(query))
            #expect(proven.json["webhook"] as? String == "removal")
            #expect(proven.json["covers_body"] as? Bool == false)
            #expect(proven.json["version"] as? Int == 1)
            let wrong = try await world.program.run(
                ["webhook", "check", World.app, "--json"], input: Self.get(query + "0"))
            #expect(wrong.status == .exited(65))
            #expect(wrong.errors.contains("wrong_proof"))
            let none = try await world.program.run(["webhook", "check", World.app], input: Self.get("a=b"))
            #expect(none.status == .exited(65))
            let shown = try await world.succeed("provider", "show", "amocrm")
            #expect(shown.text.contains("X-Signature"))
        }
    }

    @Test func `of Bitrix24 are believed with the token that came when the application was installed`() async throws {
        try await World.with(.bitrix24) { world in
            let path = "\(World.app)/birch"
            let installed = Self.post(try world.sandbox.portalEvent(.installed, account: "birch"))
            try await world.succeed("connect", path, "--event", "--yes", input: installed)
            let again = try await world.program.run(["connect", path, "--event", "--yes"], input: installed)
            #expect(again.status == .exited(80), "\(again.errors)")

            let removal = try world.sandbox.portalEvent(.removed, account: "birch")
            let token = try #require(removal.components(separatedBy: "application_token%5D=").last?.prefix(32))
            for place in [path, World.app] {
                let proven = try await world.succeed("webhook", "check", place, "--json", input: Self.post(removal))
                #expect(proven.json["connection"] as? String == path)
                #expect(proven.json["event"] as? String == "ONAPPUNINSTALL")
            }
            let forged = removal.replacing(token, with: String(repeating: "0", count: 32))
            let refused = try await world.program.run(["webhook", "check", path], input: Self.post(forged))
            #expect(refused.status == .exited(65))
            let status = try await world.succeed("status", "--json")
            #expect(status.text.contains(#""webhook_token" : "application_token""#))
            for end in [refused, status, again] {
                #expect(!end.text.contains(token) && !end.errors.contains(token))
            }
            let traced = try await world.program.run(["audit", "trace"], input: .text(String(token)))
            #expect(traced.text.contains("application_token"))
        }
    }

    @Test func `of Bitrix24 need a token, which a person can give`() async throws {
        try await World.with(.bitrix24) { world in
            let path = "\(World.app)/acme"
            let removal = try world.sandbox.portalEvent(.removed, account: "acme")
            let none = try await world.program.run(["webhook", "check", path], input: Self.post(removal))
            #expect(none.status == .exited(66))
            let token = try #require(removal.components(separatedBy: "application_token%5D=").last?.prefix(32))
            try await world.succeed("webhook", "token", path, input: .text("\(token)\n"))
            try await world.succeed("webhook", "check", path, input: Self.post(removal))
            let other = try world.sandbox.portalEvent(.removed, account: "birch")
            let foreign = try await world.program.run(["webhook", "check", path], input: Self.post(other))
            #expect(foreign.status == .exited(65))
        }
    }

    /// The event names another portal's id beside a refresh token of one's own.
    @Test func `of an installation connect the account that their refresh token is of, or none`() async throws {
        try await World.with(.bitrix24) { world in
            let event = try world.sandbox.portalEvent(.installed, account: "birch")
            let other = try world.sandbox.portalEvent(.removed, account: "acme")
            func member(_ form: String) -> String {
                form.split(separator: "&").first { $0.contains("member_id") }.map { String($0.suffix(32)) } ?? ""
            }
            let mixed = event.replacing(member(event), with: member(other))
            let refused = try await world.program.run(
                ["connect", "\(World.app)/other", "--event", "--yes", "--json"], input: Self.post(mixed))
            #expect(refused.status == .exited(65))
            #expect(refused.errors.contains("foreign_webhook"))
            let listed = try await world.succeed("list", "--quiet")
            #expect(!listed.text.contains("other"))
        }
    }
}
