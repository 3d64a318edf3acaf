// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `Answers as a description says` {
    private static func registration(_ change: (inout ProviderDescription) -> Void) -> ClientRegistration {
        Fixtures.generic(.post, change: change)
    }

    @Test func `are read from where they stand`() async throws {
        let client = Self.registration {
            $0.answer = AnswerPaths(
                accessToken: "authed_user.access_token", refreshToken: "authed_user.refresh_token",
                expiresIn: "authed_user.ttl", scope: "authed_user.scope")
        }
        let body =
            #"{"access_token":"bot","authed_user":{"access_token":"A","refresh_token":"R","ttl":60,"scope":"a b"}}"#
        let tokens = try #require(await Fixtures.refresh(client, 200, body).tokens)
        #expect(tokens.accessToken == Secret("A"))
        #expect(tokens.refreshToken == Secret("R"))
        #expect(tokens.scope == "a b")
        #expect(tokens.expiresAt == Fixtures.moment.addingTimeInterval(60))
    }

    @Test(arguments: [
        (AnswerPaths.ExpiryUnit.seconds, "60"), (.milliseconds, "60000"), (.atSeconds, "1800000060"),
        (.atMilliseconds, "1800000060000"), (.atText, #""2027-01-15T08:01:00Z""#),
    ])
    func `count their lifetime in the unit that is stated`(_ unit: AnswerPaths.ExpiryUnit, _ written: String) async {
        let client = Self.registration { $0.answer = AnswerPaths(expiryUnit: unit) }
        let body = #"{"access_token":"A","expires_in":\#(written)}"#
        #expect(await Fixtures.refresh(client, 200, body).tokens?.expiresAt == Fixtures.moment.addingTimeInterval(60))
    }

    /// Slack without token rotation, GitHub without expiry: "never expires" is said by saying nothing.
    @Test(arguments: [(#","refresh_token":"R""#, 90.0), ("", nil)])
    func `of a new grant have the description's lifetime only beside a refresh token`(
        _ rest: String, _ seconds: Double?
    ) async {
        let client = Self.registration { $0.lifetimes.accessToken = .seconds(90) }
        let tokens = await Fixtures.exchange(client, 200, #"{"access_token":"A"\#(rest)}"#).tokens
        #expect(tokens?.accessToken == Secret("A"))
        #expect(tokens?.expiresAt == seconds.map { Fixtures.moment.addingTimeInterval($0) })
        // The refresh token that was presented is kept where none comes.
        let refreshed = await Fixtures.refresh(client, 200, #"{"access_token":"A"\#(rest)}"#).tokens
        #expect(refreshed?.expiresAt == Fixtures.moment.addingTimeInterval(90))
    }

    @Test(arguments: [
        (AnswerPaths.ExpiryUnit.atSeconds, "5"), (.atSeconds, "1800000000"), (.atMilliseconds, "1799999999000"),
        (.atText, #""2027-01-15T07:59:00Z""#),
    ])
    func `that are in the past had expired when they came`(_ unit: AnswerPaths.ExpiryUnit, _ written: String) async {
        let client = Self.registration {
            $0.answer = AnswerPaths(expiryUnit: unit)
            $0.lifetimes.accessToken = .seconds(90)
        }
        let tokens = await Fixtures.refresh(client, 200, #"{"access_token":"A","expires_in":\#(written)}"#).tokens
        #expect(tokens?.expiresAt == Fixtures.moment)
    }

    @Test(arguments: [
        (403, #"{"error":"unauthorized_client"}"#, "refused invalid"),
        (200, #"{"ok":false,"error":"invalid_refresh_token"}"#, "refused invalid"),
        (400, #"{"error":"Access Denied","error_description":"x"}"#, "unprocessed rateLimited"),
        (400, #"{"error":"x","error_description":"Your App was BLOCKED today"}"#, "unprocessed blocked"),
        (402, "{}", "unprocessed configuration"), (400, #"{"error":"invalid_grant"}"#, "refused invalid"),
        (418, #"{"error":"gone_away"}"#, "unprocessed notInstalled"), (409, "{}", "unprocessed moved"),
        (500, #"{"error":"maintenance"}"#, "unprocessed payment"), (503, "", "unprocessed serverFailure"),
    ])
    func `are judged by its rules before the dialect`(_ status: Int, _ body: String, _ outcome: String) async {
        let client = Self.registration {
            $0.errorRules = [
                ErrorRule(statuses: [403], codes: ["unauthorized_client"], meaning: .reauthorize),
                ErrorRule(codes: ["invalid_refresh_token"], meaning: .reauthorize),
                ErrorRule(text: "access denied", meaning: .throttled),
                ErrorRule(statuses: [400], text: "was blocked", meaning: .blocked),
                ErrorRule(statuses: [402], meaning: .configuration),
                ErrorRule(codes: ["gone_away"], meaning: .notInstalled), ErrorRule(statuses: [409], meaning: .moved),
                ErrorRule(codes: ["maintenance"], meaning: .payment), ErrorRule(statuses: [503], meaning: .transient),
            ]
        }
        #expect(await Fixtures.refresh(client, status, body).summary == outcome)
    }

    @Test(arguments: [
        (400, #"{"error":"unauthorized_client"}"#, "unprocessed configuration"),
        (400, #"{"error":"server_error"}"#, "unprocessed serverFailure"), (400, "{}", "refused invalid"),
        (400, #"{"error":"invalid_grant"}"#, "refused invalid"), (401, #"{"error":4735}"#, "refused invalid"),
        (400, #"{"error":"a_code_of_its_own"}"#, "unprocessed configuration"),
        (400, #"{"error":4711}"#, "unprocessed configuration"),
        (400, #"{"errors":[{"errorCode":"OAU-999"}]}"#, "unprocessed configuration"),
        (400, #"{"error":"invalid_grant","errors":[{"errorCode":"OAU-999"}]}"#, "refused invalid"),
        // Glewlwyd 2.7.5's dead token, once its description says so.
        (400, "", "refused invalid"), (400, "<html>", "refused invalid"),
    ])
    func `end no grant by a status where a code says what is wrong, known or not`(
        _ status: Int, _ body: String, _ outcome: String
    ) async {
        let client = Self.registration {
            $0.answer = AnswerPaths(errorCode: "errors.0.errorCode")
            $0.errorRules = [
                ErrorRule(statuses: [400], meaning: .reauthorize), ErrorRule(codes: ["4735"], meaning: .reauthorize),
            ]
        }
        #expect(await Fixtures.refresh(client, status, body).summary == outcome)
    }

    @Test func `name their error where it stands`() async {
        let client = Self.registration {
            $0.answer = AnswerPaths(error: "errors.0.errorType", errorMessage: "errors.0.message")
            $0.errorRules = [ErrorRule(codes: ["invalid_token"], meaning: .reauthorize)]
        }
        let body = #"{"errors":[{"errorType":"invalid_token","message":"Refresh token is dead."}]}"#
        let outcome = await Fixtures.refresh(client, 401, body)
        #expect(outcome.summary == "refused invalid")
        #expect(outcome.sentence.contains("Refresh token is dead."))
    }

    @Test func `come from requests with what else is wanted`() async throws {
        let client = Self.registration {
            $0.endpoints.refresh = "https://as.example.com/refresh"
            $0.tokenRequest = TokenRequestExtras(headers: ["X-Version": "2"], parameters: ["expiring": "1"])
        }
        let transport = ScriptedTransport(500, "")
        _ = await Fixtures.client(transport).refresh(
            client, refreshToken: Secret("R"), accountHost: nil, scope: nil)
        let request = try #require(transport.requests.first)
        #expect(request.destination.url.description == "https://as.example.com/refresh")
        #expect(request.headers.contains { $0 == ("X-Version", "2") })
        #expect(request.bodyText.hasSuffix("&expiring=1"))
        _ = await Fixtures.client(transport).clientCredentials(client, scope: nil)
        #expect(transport.requests.last?.destination.url.description == "https://as.example.com/token")
    }
}
