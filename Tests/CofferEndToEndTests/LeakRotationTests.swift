// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A leak, with the real program` {
    private static let accounts = ["acme", "birch", "cedar"]

    @Test func `the secret goes first, then every token, and the server says so`() async throws {
        try await World.with(accounts: Self.accounts) { world in
            let log = world.sandbox.log
            let oldSecret = world.sandbox.integration.clientSecret
            var oldTokens: [String: String] = [:]
            for account in Self.accounts { oldTokens[account] = try await world.token(account) }
            let opened = try await world.program.run("rotate", World.app, "--leak")
            #expect(opened.status == .exited(82), "\(opened.errors)")
            #expect(opened.text.contains("WHAT TO DO") && opened.text.contains("rotate resume"))
            let newSecret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            log.clear()
            let closed = try await world.program.run("rotate", "resume", input: .text(newSecret + "\n"))
            #expect([.exited(0), .exited(83)].contains(closed.status), "\(closed.errors)\(closed.text)")
            for secret in [oldSecret, newSecret] {
                #expect(!closed.text.contains(secret) && !closed.errors.contains(secret))
            }

            let withOld = log.requests(carrying: oldSecret)
            #expect(!withOld.isEmpty && withOld.allSatisfy { $0.status == 401 && $0.grantType == "authorization_code" })
            let refreshes = log.requests(for: .token).filter { $0.grantType == "refresh_token" }
            #expect(refreshes.count == 3 && refreshes.allSatisfy { $0.status == 200 })
            let withNew = Set(log.requests(carrying: newSecret).map(\.number))
            #expect(refreshes.allSatisfy { withNew.contains($0.number) })
            #expect((withOld.map(\.number).max() ?? .max) < (refreshes.map(\.number).min() ?? 0))
            for account in Self.accounts {
                let old = try #require(oldTokens[account])
                let new = try await world.token(account)
                #expect(new != old)
                #expect(try await world.accountStatus(account, token: old) == 401)
                #expect(try await world.accountStatus(account, token: new) == 200)
                #expect(try await world.state(account) == "active")
            }
            #expect(try await world.field("main/crm#client_secret") == newSecret)
        }
    }

    @Test func `the report is what the contract says`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let waiting = try await world.program.run("rotate", World.app, "--leak", "--json")
            #expect(waiting.status == .exited(82))
            #expect(waiting.json["state"] as? String == "awaiting_operator", "\(waiting.text)")
            #expect((waiting.json["awaits"] as? [String: Any])?["steps"] is [String])
            let id = try #require(waiting.json["id"] as? String)
            let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let end = try await world.program.run("rotate", "resume", id, "--json", input: .text(secret))
            let report = end.json
            #expect(report["version"] as? Int == 1)
            #expect(report["id"] as? String == id)
            #expect(report["app"] as? String == "main/crm")
            #expect(report["mode"] as? String == "leak")
            #expect(report["state"] as? String == "closed", "\(end.text)\(end.errors)")
            for name in ["opened_at", "tainted_at", "old_secret_dead_at", "reissued_at", "closed_at"] {
                let text = try #require(report[name] as? String, "\(name) is missing")
                #expect(text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil, "\(name): \(text)")
            }
            let steps = (report["steps"] as? [[String: Any]])?.compactMap { $0["step"] as? String } ?? []
            #expect(steps.first == "opened" && steps.last == "closed", "\(steps)")
            let connections = try #require(report["connections"] as? [[String: Any]])
            #expect(connections.compactMap { $0["path"] as? String }.sorted() == ["main/crm/acme", "main/crm/birch"])
            #expect(connections.allSatisfy { $0["outcome"] as? String == "reissued" })
            let proofs = try #require(report["proofs"] as? [[String: Any]])
            for proof in proofs {
                #expect(Set(proof.keys).isSuperset(of: ["subject", "claim", "result", "at", "evidence"]), "\(proof)")
                let result = try #require(proof["result"] as? String)
                #expect(["proven", "refuted", "unproven"].contains(result))
            }
            let open = try #require(report["open_items"] as? [String])
            #expect(open.isEmpty)
            let isProven = proofs.allSatisfy { $0["result"] as? String == "proven" }
            #expect(end.status == .exited(isProven ? 0 : 83))
            #expect(try await world.succeed("rotate", "report", "--json").text == end.text)
            #expect(try await world.succeed("rotate", "list", "--quiet").text == id + "\n")
            #expect(try await world.succeed("rotate", "list", "--open", "--quiet").text.isEmpty)
            #expect(try await world.succeed("rotate", "show", "--json").json["id"] as? String == id)
        }
    }

    @Test func `the page is one file with its own policy, and tells what was done to each account`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            var secrets = [world.sandbox.integration.clientSecret]
            for account in ["acme", "birch"] { secrets.append(try await world.token(account)) }
            try await world.program.run("rotate", World.app, "--leak")
            let waiting = try await world.succeed("rotate", "report", "--format", "html").text
            #expect(waiting.contains("What to do: ") && waiting.contains("coffer rotate resume r-"))
            secrets.append(try world.sandbox.regenerateSecret(of: world.sandbox.integration))
            let end = try await world.program.run(
                "rotate", "resume", "--json", input: .text((secrets.last ?? "") + "\n"))
            for account in ["acme", "birch"] { secrets.append(try await world.token(account)) }

            let file = "\(world.program.home.path)/report.html"
            try await world.succeed("rotate", "report", "--format", "html", "--output", file)
            let page = try String(contentsOfFile: file, encoding: .utf8)
            #expect(try await world.succeed("rotate", "report", "--format", "html").text == page)
            for secret in secrets { #expect(!page.contains(secret) && !waiting.contains(secret)) }
            for account in ["acme", "birch"] { #expect(page.contains("<code>main/crm/\(account)</code>")) }
            for proof in end.json["proofs"] as? [[String: Any]] ?? [] {
                let subject = try #require(proof["subject"] as? String)
                #expect(page.contains(subject), "\(subject)")
            }
            #expect(page.contains("<h2 id=\"open-heading\">Open items</h2>"))
            #expect(page.contains("default-src &#39;none&#39;; style-src &#39;sha256-"))
            for word in ["<script", "src=", "url(", "@import", "javascript:"] {
                #expect(!page.contains(word), "\(word)")
            }
            #expect(page.ranges(of: "class=\"ball\"").count == 6)
        }
    }

    @Test func `a plan changes nothing`() async throws {
        try await World.with { world in
            let before = try await world.contents()
            let plan = try await world.succeed("rotate", World.app, "--leak", "--dry-run")
            #expect(plan.text.contains("main/crm/acme"))
            #expect(try await world.contents() == before)
        }
    }

    @Test func `the old secret is no new one, and the rotation waits on`() async throws {
        try await World.with { world in
            let secret = world.sandbox.integration.clientSecret
            try await world.program.run("rotate", World.app, "--leak")
            let end = try await world.program.run("rotate", "resume", input: .text(secret))
            #expect(end.status == .exited(64), "\(end.errors)")
            #expect(!end.errors.contains(secret))
            let row = try await world.succeed("rotate", "show", "--json")
            #expect(row.json["state"] as? String == "awaiting_operator")
            let second = try await world.program.run("rotate", World.app, "--leak")
            second.expectRefusal(75, saying: "rotate resume")
        }
    }

    @Test func `old tokens on hold are not handed out until they are new`() async throws {
        try await World.with { world in
            try await world.program.run("rotate", World.app, "--leak", "--hold")
            for command in [
                ["token", "main/crm/acme"], ["get", "main/crm/acme"], ["get", "main/crm/acme#refresh_token"],
            ] {
                try await world.program.run(command).expectRefusal(84)
            }
            let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            try await world.program.run("rotate", "resume", input: .text(secret))
            #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
        }
    }

    @Test func `old tokens on hold can be waited for, and the answer is the new one`() async throws {
        try await World.with { world in
            let old = try await world.token("acme")
            try await world.program.run("rotate", World.app, "--leak", "--hold")
            let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let (_, end) = try await world.program.start(["token", "main/crm/acme", "--hold-wait", "10m"]) { waiting in
                _ = await waiting.line(containing: "waiting for that")
                try await world.program.run("rotate", "resume", input: .text(secret))
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            let new = end.text.trimmingCharacters(in: .newlines)
            #expect(new != old && !new.isEmpty)
            #expect(try await world.accountStatus("acme", token: new) == 200)
        }
    }

    @Test func `the app may be named as the other scopes are`() async throws {
        try await World.with { world in
            let plain = try await world.succeed("rotate", World.app, "--leak", "--dry-run", "--json")
            let named = try await world.succeed("rotate", "--leak", "--app", World.app, "--dry-run", "--json")
            #expect(named.text == plain.text)
            let twice = try await world.program.run("rotate", World.app, "--leak", "--app", World.app)
            #expect(twice.status == .exited(64) && twice.errors.contains("exclude each other"), "\(twice.errors)")
        }
    }
}
