// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import CofferVault
import Foundation
import Subprocess
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5))) struct `coffer agent` {
    private static let connection = "main/crm/acme"

    @Test func `hands out tokens, refreshes ahead of expiry, and ends with SIGTERM`() async throws {
        try await World.with(lifetime: .seconds(ProgramClock.watchedLife), movesTime: true) { world in
            world.sandbox.log.clear()
            let (socket, end) = try await world.program.withAgent { agent in
                let files = FileManager.default
                let mode = { try files.attributesOfItem(atPath: $0)[.posixPermissions] as? Int }
                #expect(try mode(agent.socket) == 0o600)
                #expect(try mode((agent.socket as NSString).deletingLastPathComponent) == 0o700)
                let first = try await agent.token(Self.connection)
                try await world.letPass(seconds: ProgramClock.due)
                // Nobody asks for the token meanwhile. What is told may be of before the first one was handed out.
                var second = first
                while second.version == first.version {
                    _ = try #require(await agent.process.line(containing: "\(Self.connection) refreshed"))
                    second = try await agent.token(Self.connection)
                }
                #expect(second.version > first.version && second.value != first.value)
                return agent.socket
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.output.isEmpty)
            #expect(end.errorLines.allSatisfy { $0.hasPrefix("coffer: ") })
            #expect(!FileManager.default.fileExists(atPath: socket))
            #expect(world.sandbox.log.requests(for: .token).allSatisfy { $0.status == 200 })
        }
    }

    @Test func `answers as its OpenAPI document says, and shows nothing that only issuers may have`() async throws {
        let document = try OpenAPIDocument()
        try await World.with(accounts: ["acme", "birch"], movesTime: true) { world in
            let text = "made-up-secret \"quoted\"\n\u{7F}é"
            try await world.succeed("put", "main/text", input: .text(text))
            try await world.succeed("put", "main/bytes", input: .bytes([0xFF, 0x00, 0xFE]))
            var hidden = [Marker("client secret", world.sandbox.integration.clientSecret)]
            for account in ["acme", "birch"] {
                hidden.append(Marker("refresh token", try await world.field("main/crm/\(account)#refresh_token")))
            }
            let first = try await world.token("acme")
            // A token that is this old is believed to be refused.
            try await world.letPass(seconds: 60)
            let (_, end) = try await world.program.withAgent(environment: ["COFFER_LOG": "trace"]) { agent in
                var asked: Set<String> = []
                func ask(
                    _ operation: String, _ query: String = "", body: String? = nil, status: Int,
                    _ location: SourceLocation = #_sourceLocation
                ) async throws -> RunningAgent.Answer {
                    let parts = operation.split(separator: " ").map(String.init)
                    let answer = try await agent.ask(parts[1] + query, method: parts[0], body: body)
                    #expect(answer.status == status, "\(answer.json)", sourceLocation: location)
                    #expect(document.faults(of: answer, to: operation) == [], sourceLocation: location)
                    // What is refused for how it is written is not described either; 413 is about spaces.
                    let faults = document.faults(ofQuery: query, body: body, to: operation)
                    #expect(faults.isEmpty == ![400, 413].contains(status), "\(faults)", sourceLocation: location)
                    for marker in hidden {
                        #expect(!marker.isIn(answer.body), "\(marker.name)", sourceLocation: location)
                    }
                    asked.insert(operation)
                    return answer
                }
                let health = try await ask("GET /v1/health", status: 200)
                let entries = try await ask("GET /v1/entries", status: 200).json["entries"] as? [[String: Any]]
                #expect(
                    entries?.compactMap { $0["path"] as? String }
                        == ["main/bytes", "main/crm", "main/crm/acme", "main/crm/birch", "main/text"])
                let below = try await ask("GET /v1/entries", "?below=main/crm/", status: 200).json["entries"] as? [Any]
                #expect(below?.count == 2)
                let status = try await ask("GET /v1/status", "?below=main/crm/birch", status: 200).json
                #expect((status["connections"] as? [[String: Any]])?.map { $0["state"] as? String } == ["active"])
                let facts = status["agent"] as? [String: Any]
                #expect(facts?["vault_id"] as? String == health.json["vault_id"] as? String)
                #expect(facts?["refreshes"] as? Bool == true && facts?["identity"] as? String == "owner")
                let token = try await ask("GET /v1/token", "?path=main/crm/acme&min_valid_seconds=9", status: 200).json
                #expect(token["access_token"] as? String == first && token["version"] as? Int == 1)
                // The second time from memory.
                for _ in 1...2 {
                    let secret = try await ask("GET /v1/secret", "?path=main/text", status: 200).json
                    #expect(secret["value"] as? String == text)
                }
                let bytes = try await ask("GET /v1/secret", "?path=main%2Fbytes", status: 200).json
                #expect(bytes["value_base64"] as? String == "/wD+" && bytes["value"] == nil)

                let report = #"{"path":"main/crm/acme","access_token":"\#(first)","version":1}"#
                _ = try await ask("POST /v1/rejected", body: report, status: 204)
                let second = try await ask("GET /v1/token", "?path=main/crm/acme", status: 200).json
                #expect(second["access_token"] as? String != first && second["version"] as? Int == 2)

                for (operation, query, status, code) in [
                    ("GET /v1/token", "?path=main/crm/none", 404, "not_found"),
                    ("GET /v1/token", "?path=main/text", 409, "misconfigured"),
                    ("GET /v1/token", "?path=main/crm", 409, "misconfigured"),
                    ("GET /v1/token", "?path=main", 400, "invalid_path"),
                    ("GET /v1/token", "", 400, "bad_request"),
                    ("GET /v1/token", "?path=main/crm/acme&scope=", 409, "misconfigured"),
                    ("GET /v1/token", "?path=main/crm/acme&scope=read", 409, "misconfigured"),
                    ("GET /v1/token", "?path=main/crm/acme&min_valid_seconds=999999999", 409, "expired"),
                    ("GET /v1/token", "?path=other/crm/acme", 404, "not_found"),
                    ("GET /v1/secret", "?path=main/crm/acme", 409, "misconfigured"),
                    ("GET /v1/secret", "?path=main/none", 404, "not_found"),
                    ("GET /v1/entries", "?below=MAIN", 400, "bad_request"),
                    ("GET /v1/status", "?above=main", 400, "bad_request"),
                ] {
                    let answer = try await ask(operation, query, status: status)
                    #expect(answer.code == code, "\(operation)\(query): \(answer.json)")
                }
                let unknown = report.replacing("acme", with: "none")
                #expect(try await ask("POST /v1/rejected", body: unknown, status: 404).code == "not_found")
                #expect(try await ask("POST /v1/rejected", body: "{}", status: 400).code == "bad_request")
                let long = String(repeating: " ", count: 70_000)
                #expect(try await ask("POST /v1/rejected", body: long, status: 413).code == "too_large")

                let wanted = #"{"paths":["main/crm/*"],"ttl_seconds":60,"name":"made-up"}"#
                let ticket = try await ask("POST /v1/ticket", body: wanted, status: 200).json["ticket"] as? String
                #expect(ticket?.hasPrefix("coffer-ticket-1") == true)
                #expect(try await ask("POST /v1/ticket", body: wanted, status: 409).code == "already_exists")
                #expect(try await ask("POST /v1/ticket", body: "{}", status: 400).code == "bad_request")
                let tickets = try await ask("GET /v1/tickets", status: 200).json["tickets"] as? [[String: Any]]
                #expect(tickets?.map { $0["name"] as? String } == ["made-up"])
                _ = try await ask("POST /v1/revoke", body: #"{"name":"made-up"}"#, status: 204)
                #expect(try await ask("POST /v1/revoke", body: #"{"name":"made-up"}"#, status: 404).code == "not_found")
                #expect(try await ask("POST /v1/revoke", body: "{}", status: 400).code == "bad_request")

                for _ in 1...2 { _ = try await ask("POST /v1/lock", status: 204) }
                let refused: [(operation: String, query: String, body: String?)] = [
                    ("GET /v1/token", "?path=main/crm/acme", nil), ("GET /v1/secret", "?path=main/text", nil),
                    ("GET /v1/entries", "", nil), ("POST /v1/rejected", "", report), ("POST /v1/ticket", "", wanted),
                ]
                for (operation, query, body) in refused {
                    #expect(try await ask(operation, query, body: body, status: 423).code == "locked")
                }
                #expect(try await ask("GET /v1/health", status: 200).json["status"] as? String == "locked")
                _ = try await ask("GET /v1/metrics", status: 200)
                let locked = try await ask("GET /v1/status", status: 200).json
                #expect((locked["agent"] as? [String: Any])?["locked"] as? Bool == true && locked["connections"] == nil)
                #expect(try await ask("POST /v1/unlock", body: "[]", status: 400).code == "bad_request")
                for _ in 1...2 { _ = try await ask("POST /v1/unlock", status: 204) }
                let third = try await ask("GET /v1/token", "?path=main/crm/acme", status: 200).json
                #expect(third["version"] as? Int == 2)
                // What it says to whoever is right goes on and on, and is looked at elsewhere.
                _ = try await ask("GET /v1/events", "?above=main", status: 400)
                #expect(asked == document.operations)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            for marker in hidden + [Marker("token", first), Marker("secret", text)] {
                #expect(!marker.isIn(end.errorBytes), "\(marker.name)")
            }
            #expect(!end.errors.contains("coffer-ticket-1"))
            // What was handed out is an event each, what came from memory among them as a count.
            let reads = try await world.program.home.audit().filter { $0.paths == ["main/text"] && $0.action == .read }
            #expect(reads.count == 2 && reads.contains { $0.details["repeats"] == "1" })
        }
    }

    @Test func `with a reader's identity hands out what it can read, and does not refresh`() async throws {
        try await World.with { world in
            let reader = try await world.program.home.join("reader", .reader)
            let (_, end) = try await world.program.withAgent(["--identity-file", reader]) { agent in
                #expect(try await agent.token(Self.connection).version == 1)
                let facts = try await agent.ask("/v1/status").json["agent"] as? [String: Any]
                #expect(facts?["refreshes"] as? Bool == false && facts?["identity"] as? String == "reader")
            }
            #expect(end.status == .exited(0))
            #expect(end.errors.contains("reads only"))
        }
    }

    @Test func `answers reads while everything is overdue and the provider lets nobody through`() async throws {
        let accounts = (0..<12).map { "account\($0)" }
        let life = Duration.seconds(ProgramClock.watchedLife)
        try await World.with(accounts: accounts, lifetime: life, movesTime: true) { world in
            try await world.succeed("put", "main/key", input: .text("made-up-key"))
            world.sandbox.faults.set([FaultRule(.tooManyRequests, times: 1, retryAfterSeconds: 60)])
            let refused = try await world.program.run("refresh", "--force", "main/crm/account0")
            #expect(refused.status == .exited(75), "\(refused.errors)")
            try await world.letPass(seconds: ProgramClock.due)
            world.sandbox.log.clear()
            let (_, end) = try await world.program.withAgent { agent in
                var facts: [String: Any]?
                while (facts?["running"] as? Int ?? 0) == 0 {
                    facts = try await agent.ask("/v1/status").json["agent"] as? [String: Any]
                }
                try await agent.expectService()
                #expect(try await agent.ask("/v1/secret?path=main/key").json["value"] as? String == "made-up-key")
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            // Whoever had waited for its place would have sent.
            #expect(world.sandbox.log.requests(for: .token).isEmpty)
            #expect(try await world.status().values.allSatisfy { $0["state"] as? String == "active" })
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
    func `is asked with curl as the manual says`() async throws {
        try await World.with { world in
            _ = try await world.program.withAgent { agent in
                let end = try await Subprocess.run(
                    .path("/usr/bin/curl"),
                    arguments: [
                        "--silent", "--fail", "--unix-socket", agent.socket,
                        "http://coffer/v1/token?path=main/crm/acme",
                    ], output: .string(limit: 1 << 16))
                #expect(end.terminationStatus == .exited(0))
                #expect(end.standardOutput.contains(#""access_token":""#))
            }
        }
    }
}
