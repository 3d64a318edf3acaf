// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Foundation
import Testing

@testable import CofferAgentClient

@Suite("AgentCredentialProvider") struct AgentCredentialProviderTests {
    private static let acme = "main/crm/acme"

    /// An agent that knows one connection, whose token ends at a moment and counts how often it was asked for, and one secret.
    private static func agent(_ request: String, _ number: Int, expiresAt: Date) -> UnixServer.Reply {
        let line = request.components(separatedBy: "\r\n")[0].removingPercentEncoding ?? ""
        if line.hasPrefix("POST /v1/rejected ") { return .bytes("HTTP/1.1 204 No Content\r\n\r\n") }
        if line.contains("/v1/token?path=main/crm/acme") {
            return .json(
                200,
                #"{"path":"main/crm/acme","access_token":"made-up-\#(number)","token_type":"Bearer","#
                    + #""expires_at":"\#(expiresAt.ISO8601Format())","version":\#(number)}"#)
        }
        if line.contains("path=main/key") {
            return line.contains("/v1/secret")
                ? .json(200, #"{"path":"main/key","value":"made-up","version":1}"#) : .failure(409, "misconfigured")
        }
        return .failure(404, "not_found")
    }

    private static func with(
        lifetime: TimeInterval = 3600, _ clock: ManualClock = ManualClock(),
        events: UnixServer.Reply = .failure(404, "no_such_endpoint"),
        _ body: (AgentCredentialProvider, UnixServer) async throws -> Void
    ) async throws {
        let expiresAt = clock.date.addingTimeInterval(lifetime)
        let script = UnixServer.Script(events: events) { agent($0, $1, expiresAt: expiresAt) }
        try await UnixServer.with(script) { server in
            let client = AgentClient(try AgentPlace(server.path, environment: [:]), now: { clock.date })
            let provider = AgentCredentialProvider(
                client, maximumAge: .seconds(60), now: { clock.date }, clock: clock)
            do { try await body(provider, server) } catch {
                await provider.close()
                throw error
            }
            await provider.close()
        }
    }

    private static func request(_ path: String = acme, _ minimum: Duration? = nil) throws -> CredentialRequest {
        CredentialRequest(path: try CredentialPath(path), minimumValidity: minimum)
    }

    @Test func `it keeps the contract of a provider`() async throws {
        try await Self.with { provider, _ in
            let conformance = CredentialProviderConformance(
                known: try CredentialPath(Self.acme), unknown: try CredentialPath("main/none"))
            try await conformance.check { provider }
        }
    }

    @Test func `tasks that ask at once share one question`() async throws {
        try await Self.with { provider, server in
            let request = try Self.request()
            let values = try await withThrowingTaskGroup(of: Secret.self) { group in
                for _ in 0..<30 { group.addTask { try await provider.credential(for: request).value } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(values == Array(repeating: Secret("made-up-1"), count: 30))
            #expect(server.requests.count == 1)
        }
    }

    @Test func `what was handed out is remembered for a minute`() async throws {
        let clock = ManualClock()
        try await Self.with(clock) { provider, server in
            for (step, version) in [(0, 1), (59, 1), (1, 2)] {
                clock.advance(by: .seconds(step))
                let credential = try await provider.credential(for: Self.request())
                #expect(credential.version == version)
            }
            #expect(server.requests.count == 2)
        }
    }

    /// Nothing else ends it here, as this clock stands still.
    ///
    /// The first change may be that listening has begun; each further one is an event's.
    @Test(.timeLimit(.minutes(2))) func `what an event is about is asked for again`() async throws {
        try await Self.with(events: .events) { provider, server in
            var version = try await provider.credential(for: Self.request()).version
            await server.waitForListeners(1)
            for event in ["tainted", "refreshed", "made_up"] {
                let before = version
                server.tell(event, about: event == "made_up" ? "main/amocrm" : Self.acme)
                if event == "made_up" { server.tell(event, about: "main/crm") }
                while version == before {
                    await Task.yield()
                    version = try await provider.credential(for: Self.request()).version
                }
            }
            let requests = server.requests
            #expect(requests.count == version)
        }
    }

    @Test func `where nothing can be listened to, the minute is the bound`() async throws {
        let clock = ManualClock()
        try await Self.with(clock) { provider, server in
            _ = try await provider.credential(for: Self.request())
            // It was refused, and asks again later.
            await clock.waitForSleepers(1)
            let credential = try await provider.credential(for: Self.request())
            #expect(credential.version == 1 && server.requests.count == 1)
        }
    }

    @Test func `but not into the last quarter of a token's life`() async throws {
        let clock = ManualClock()
        try await Self.with(lifetime: 40, clock) { provider, _ in
            for (step, version) in [(0, 1), (29, 1), (1, 2)] {
                clock.advance(by: .seconds(step))
                let credential = try await provider.credential(for: Self.request())
                #expect(credential.version == version)
            }
        }
    }

    @Test func `a refused token is reported and not handed out again`() async throws {
        try await Self.with { provider, server in
            let first = try await provider.credential(for: Self.request())
            await provider.report(rejected: first)
            #expect(try await provider.credential(for: Self.request()).value != first.value)
            #expect(server.lines.map { String($0.prefix(12)) } == ["GET /v1/toke", "POST /v1/rej", "GET /v1/toke"])
        }
    }

    @Test func `a static secret is found, and asked for as one from then on`() async throws {
        let clock = ManualClock()
        try await Self.with(clock) { provider, server in
            for _ in 1...2 {
                let credential = try await provider.credential(for: Self.request("main/key"))
                #expect(credential.value == Secret("made-up"))
                clock.advance(by: .seconds(60))
            }
            #expect(
                server.lines == [
                    "GET /v1/token?path=main/key HTTP/1.1", "GET /v1/secret?path=main/key HTTP/1.1",
                    "GET /v1/secret?path=main/key HTTP/1.1",
                ])
        }
    }

    @Test func `less than the whole of a static secret is not to be had`() async throws {
        try await Self.with { provider, server in
            let request = CredentialRequest(path: try CredentialPath("main/key"), scope: "read")
            await #expect(throws: CredentialError(.misconfigured, message: "")) {
                try await provider.credential(for: request)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `shows no secret of what it was answered`() async throws {
        try await Self.with { provider, _ in
            let credential = try await provider.credential(for: Self.request())
            var text = ""
            dump(credential, to: &text)
            #expect(!text.contains("made-up-1"))
        }
    }
}
