// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

/// What is made of introspection's answer about a refresh token whose own answer was lost.
@Suite struct `The fate of a refresh token` {
    private func fate(_ outcome: TransportOutcome) async -> RefreshTokenFate {
        var registration = GrantSnapshot.sample().registration
        registration.provider.endpoints.introspection = "https://id.example/introspect"
        return await TokenClient(transport: AnsweringTransport([outcome]), now: { noon })
            .fate(of: Secret("made-up-refresh"), registration)
    }

    @Test func `is told by a whole answer with 200 alone`() async {
        #expect(await fate(.json(200, #"{"active":true}"#)) == .active)
        #expect(await fate(.json(200, #"{"active":false}"#)) == .inactive)
        #expect(await fate(.json(400, #"{"active":false}"#)) == .unknown)
        for (status, body) in [(200, "{}"), (200, #"{"active":"false"}"#), (404, ""), (501, "")] {
            #expect(await fate(.json(status, body)) == .unknown)
        }
    }

    @Test(arguments: [
        (503, "", Setback.Kind.serverFailure), (429, "", .rateLimited),
        (401, #"{"error":"invalid_client"}"#, .configuration),
        (400, #"{"error":"invalid_client"}"#, .configuration), (403, "<html>", .blocked),
        (400, #"{"error":"slow_down"}"#, .rateLimited), (302, "", .serverFailure), (200, "<html>", .serverFailure),
        (200, #"{"active":fal"#, .serverFailure),
    ])
    func `is not told by one who has no time, or refuses the client`(
        _ status: Int, _ body: String, _ kind: Setback.Kind
    ) async {
        let fate = await fate(.json(status, body))
        let setback = if case .unanswered(let setback) = fate { setback } else { nil as Setback? }
        #expect(setback?.kind == kind)
    }

    @Test func `is not told where no answer came, nor where nothing was sent`() async {
        let failure = TransportFailure(.timedOut, "The name was not resolved.")
        for outcome in [TransportOutcome.notSent(failure), .lost(failure)] {
            let fate = await fate(outcome)
            guard case .unanswered(let setback) = fate else {
                Issue.record("\(fate)")
                continue
            }
            #expect(setback.message == failure.message)
        }
    }

    @Test func `is asked for again when the server says`() async {
        let answer = HTTPAnswer(status: 429, headers: [("Retry-After", "90")], body: Secret(""))
        let fate = await fate(.answered(answer))
        guard case .unanswered(let setback) = fate else {
            Issue.record("\(fate)")
            return
        }
        #expect(setback.retryAfter == .seconds(90))
    }
}
