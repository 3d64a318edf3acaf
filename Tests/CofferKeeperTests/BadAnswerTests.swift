// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `A bad answer to a refresh` {
    /// What a bad answer leads to.
    struct Case: Sendable, CustomTestStringConvertible {
        let fault: FaultKind
        let codes: [OAuthError.Code]
        let state: String
        /// Whether a later refresh mends it; false where the server spent the token and kept its answer.
        var isMended = true
        /// How often the refresh token is presented in all.
        var presentations = 2
        var testDescription: String { fault.rawValue }
    }

    private static let acme = KeeperWorld.path("main/crm/acme")

    static let cases = [
        Case(fault: .htmlBody, codes: [.nonsense], state: "indeterminate"),
        Case(fault: .emptyBody, codes: [.nonsense], state: "indeterminate"),
        Case(fault: .hugeBody, codes: [.nonsense], state: "indeterminate"),
        Case(fault: .endlessBody, codes: [.nonsense], state: "indeterminate"),
        Case(fault: .truncatedBody, codes: [.nonsense, .indeterminate], state: "indeterminate", isMended: false),
        Case(fault: .answerLost, codes: [.indeterminate], state: "indeterminate", isMended: false),
        Case(fault: .reset, codes: [.indeterminate], state: "indeterminate"),
        Case(fault: .missingAccessToken, codes: [.nonsense], state: "active", presentations: 1),
        Case(fault: .expiredOnArrival, codes: [.nonsense], state: "active", presentations: 1),
        // invalid_grant is final whatever its status: the token is never presented again.
        Case(
            fault: .errorInSuccess, codes: [.needsReauthorization], state: "needs_reauthorization", isMended: false,
            presentations: 1),
        Case(fault: .redirect, codes: [.redirect], state: "active"),
        Case(fault: .tooManyRequests, codes: [.rateLimited], state: "active"),
        Case(fault: .serverError, codes: [.unreachable], state: "active"),
    ]

    @Test(arguments: cases)
    func `is one typed error and changes nothing else`(bad: Case) async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let (old, access, birch) = try await (
                world.refreshToken("acme"), world.token("acme"), world.refreshToken("birch")
            )
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(bad.fault, account: "acme", grantType: "refresh_token")])
            let line = try #require(try await world.keeper().refresh(.forced(Self.acme)).first)
            let error = try #require(line.failure as? OAuthError)
            #expect(bad.codes.contains(error.code), "\(error.code): \(error)")
            #expect(try await world.state("acme") == bad.state)
            #expect(world.sandbox.log.records.count == 1)
            #expect(world.presented(old) == 1)
            #expect(try await world.refreshToken("birch") == birch)
            // The present token is what it was, and goes on being handed out, unless the pair was replaced: then it is dead.
            if bad.state == "needs_reauthorization" {
                await #expect(throws: OAuthError(.needsReauthorization, "")) { try await world.token("acme") }
            } else if bad.presentations == 1 {
                // Its refresh token was saved before it was judged, and what serves nobody is not handed out.
                #expect(try await world.refreshToken("acme") != old)
                await #expect(throws: OAuthError(.coolDown, "")) { try await world.token("acme") }
            } else {
                #expect(try await world.token("acme") == access)
            }
            // In a cool-down nothing is sent unless forced.
            _ = try await world.keeper().refresh(.due)
            #expect(world.sandbox.log.records.count == 1)

            world.time.advance(by: 3700)
            let later = try #require(try await world.keeper().refresh(.forced(Self.acme)).first)
            #expect((later.outcome == .refreshed) == bad.isMended, "\(String(describing: later.failure))")
            #expect(world.presented(old) == bad.presentations)
        }
    }

    @Test func `with a certificate of another authority was not asked for`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let other = KeeperWorld.path("main/other")
            let host = try #require(try await world.keeper().status().first?.accountURL?.dropFirst(8))
            try await withSandbox { stranger in
                var new = NewApp(clientID: world.sandbox.integration.clientID)
                new.providerID = "amocrm"
                new.clientSecret = Secret(world.sandbox.integration.clientSecret)
                new.redirectURI = world.sandbox.integration.redirectURI
                new.sandboxURL = world.sandbox.baseURL
                new.certificateAuthorityPEM = try String(contentsOfFile: stranger.caFile, encoding: .utf8)
                _ = try await world.keeper().addApp(other, new)
            }
            world.sandbox.log.clear()
            await #expect(throws: OAuthError(.certificate, "")) {
                try await world.keeper().importRefreshToken(
                    KeeperWorld.path("main/other/acme"), Secret("made-up"), accountHost: String(host))
            }
            #expect(world.sandbox.log.records.isEmpty)
            #expect(try await world.keeper().status().map(\.path) == ["main/crm/acme"])
        }
    }
}
