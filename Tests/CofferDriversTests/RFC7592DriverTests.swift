// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import Synchronization
import Testing

@Suite struct `The driver over RFC 7592` {
    struct Unsealed: Error {}

    /// What was kept, in order, and a vault that fails on demand.
    final class Keeper: Sendable {
        let kept = Mutex<[RegistrationAccess]>([])
        let fails: Bool

        init(fails: Bool = false) { self.fails = fails }

        func keep(_ access: RegistrationAccess) throws {
            if fails { throw Unsealed() }
            kept.withLock { $0.append(access) }
        }

        var tokens: [String] { kept.withLock { $0.map { $0.token.withExposedText { $0 } } } }
    }

    static func order(
        token: String = "token-1", refused: String? = nil, mayHaveBeenSent: Bool = false,
        uri: String = RegistrationServer.uri
    ) -> ReplacementOrder {
        ReplacementOrder(
            registration: ClientRegistration(
                provider: .example(.rfc7592), clientID: "id-1", clientSecret: Secret("old-secret"),
                registration: RegistrationAccess(uri: uri, token: Secret(token))),
            refused: refused.map { Secret($0) }, mayHaveBeenSent: mayHaveBeenSent)
    }

    static func ask(
        _ server: RegistrationServer, _ order: ReplacementOrder = order(), _ keeper: Keeper = Keeper()
    ) async throws -> ReplacementAnswer {
        let driver = try DriverTable(RegistrationClient(transport: server)).driver(
            named: DriverTable.rfc7592, for: order.registration)
        return try await driver.replaceSecret(order) { try keeper.keep($0) }
    }

    /// The secret of an answer, if it has one.
    static func secret(_ answer: ReplacementAnswer) -> String? {
        guard case .replaced(let secret, _) = answer else { return nil }
        return secret.withExposedText { $0 }
    }

    @Test func `reads, puts the same metadata back and takes the new secret`() async throws {
        let server = RegistrationServer()
        let answer = try await Self.ask(server)
        #expect(Self.secret(answer) == "new-secret-1")
        #expect(server.log == ["GET", "PUT"])
        let body = try #require(server.bodies.first)
        #expect(body.contains("redirect_uris"))
        #expect(body.contains("\"client_id\":\"id-1\""))
        for serverOwned in ["client_id_issued_at", "client_secret_expires_at", "registration_client_uri"] {
            #expect(!body.contains(serverOwned))
        }
    }

    @Test func `says how it came by the secret without saying it`() async throws {
        guard case .replaced(_, let evidence) = try await Self.ask(RegistrationServer()) else {
            Issue.record("no secret")
            return
        }
        #expect(evidence == "the provider issued a new client_secret upon a PUT of the registration")
    }

    @Test func `takes over what a lost request has made instead of asking again`() async throws {
        let server = RegistrationServer(.init(troubles: [.lostAfter]))
        await #expect(throws: OAuthError(.indeterminate, "")) { try await Self.ask(server) }
        let answer = try await Self.ask(server, Self.order(mayHaveBeenSent: true))
        #expect(Self.secret(answer) == "new-secret-1")
        #expect(server.secret == "new-secret-1")
        #expect(server.log == ["GET", "PUT", "GET"])
    }

    @Test func `asks again where the lost request never arrived`() async throws {
        let server = RegistrationServer(.init(troubles: [.lostBefore]))
        await #expect(throws: OAuthError(.indeterminate, "")) { try await Self.ask(server) }
        let answer = try await Self.ask(server, Self.order(mayHaveBeenSent: true))
        #expect(Self.secret(answer) == server.secret)
        #expect(server.log.filter { $0 == "PUT" }.count == 2)
    }

    @Test func `throws what can be tried again`() async throws {
        let server = RegistrationServer(.init(troubles: [.notSent, .page]))
        await #expect(throws: OAuthError.self) { try await Self.ask(server) }
        await #expect(throws: OAuthError(.nonsense, "")) { try await Self.ask(server) }
        // The page came after the change: the secret is found on the next try.
        let answer = try await Self.ask(server, Self.order(mayHaveBeenSent: true))
        #expect(Self.secret(answer) == server.secret)
        #expect(server.log.filter { $0 == "PUT" }.count == 2)
    }

    @Test func `does not take a refused secret for a new one`() async throws {
        let server = RegistrationServer()
        #expect(Self.secret(try await Self.ask(server)) == "new-secret-1")
        let answer = try await Self.ask(server, Self.order(refused: "new-secret-1", mayHaveBeenSent: true))
        #expect(Self.secret(answer) == "new-secret-2")
    }

    @Test func `asks again where the provider shows no secret`() async throws {
        let server = RegistrationServer(.init(showsSecret: false))
        _ = try await Self.ask(server, Self.order(mayHaveBeenSent: true))
        #expect(server.log == ["GET", "GET", "PUT"])
    }

    @Test(arguments: [true, false])
    func `hands over to a person where the answer holds no new secret`(showsSecret: Bool) async throws {
        let server = RegistrationServer(.init(makesSecret: false, showsSecret: showsSecret))
        guard case .needsOperator(let request) = try await Self.ask(server) else {
            Issue.record("a secret from nowhere")
            return
        }
        #expect(request.steps.first?.contains("gave no new client_secret") == true)
        #expect(server.log == ["GET", "PUT"])
    }

    @Test func `keeps a rotated registration token even though the answer holds no secret`() async throws {
        let server = RegistrationServer(.init(showsSecret: false, rotatesToken: true))
        let keeper = Keeper()
        _ = try await Self.ask(server, Self.order(), keeper)
        #expect(keeper.tokens == ["token-2"])
        #expect(server.token == "token-2")
    }

    @Test func `uses a token that was rotated by the reading for what follows`() async throws {
        let server = RegistrationServer(.init(rotatesTokenOnRead: true))
        let keeper = Keeper()
        let answer = try await Self.ask(server, Self.order(mayHaveBeenSent: true), keeper)
        #expect(Self.secret(answer) == "new-secret-1")
        #expect(keeper.tokens == ["token-2", "token-3"])
    }

    @Test func `goes no further when the new token can't be sealed`() async throws {
        let server = RegistrationServer(.init(rotatesTokenOnRead: true))
        await #expect(throws: Unsealed.self) { try await Self.ask(server, Self.order(), Keeper(fails: true)) }
        #expect(server.log == ["GET"])
    }

    @Test func `hands over to a person where the registration token is dead`() async throws {
        let server = RegistrationServer(.init(rotatesToken: true, troubles: [.lostAfter]))
        await #expect(throws: OAuthError(.indeterminate, "")) { try await Self.ask(server) }
        guard case .needsOperator(let request) = try await Self.ask(server, Self.order(mayHaveBeenSent: true)) else {
            Issue.record("a secret from nowhere")
            return
        }
        #expect(request.steps.first?.hasPrefix("Coffer could not do this by itself") == true)
        let loss = "the answer to an earlier request may have been lost, and with it the token that is valid now"
        #expect(request.steps.first?.contains(loss) == true)
        // Where nothing was sent before, nothing was lost.
        guard case .needsOperator(let other) = try await Self.ask(server, Self.order()) else {
            Issue.record("a secret from nowhere")
            return
        }
        #expect(other.steps.first?.contains("lost") == false)
    }

    @Test(arguments: [429, 500, 503, 302])
    func `does not bother a person with what passes`(status: Int) async throws {
        let server = RegistrationServer(.init(readStatus: status))
        await #expect(throws: OAuthError.self) { try await Self.ask(server) }
    }

    @Test func `says that an address on another host was refused, and stays where it was`() async throws {
        let server = RegistrationServer(.init(namedURI: "https://evil.example/register/id-1"))
        let keeper = Keeper()
        guard case .replaced(_, let evidence) = try await Self.ask(server, Self.order(), keeper) else {
            Issue.record("no secret")
            return
        }
        #expect(evidence.contains("another host"))
        #expect(keeper.tokens == [])
    }

    @Test func `sends its token to no host that the description does not allow`() async throws {
        let server = RegistrationServer()
        await #expect(throws: OAuthError(.refusedHost, "")) {
            try await Self.ask(server, Self.order(uri: "https://evil.example/register/id-1"))
        }
        #expect(server.log == [])
    }

    @Test func `never registers anew`() async throws {
        for habits in [
            RegistrationServer.Habits(), .init(makesSecret: false), .init(readStatus: 404), .init(troubles: [.page]),
        ] {
            let server = RegistrationServer(habits)
            _ = try? await Self.ask(server)
            _ = try? await Self.ask(server, Self.order(mayHaveBeenSent: true))
            #expect(!server.log.contains("POST"))
        }
    }

    @Test func `says no secret and no token in what it throws or asks`() async throws {
        for habits in [
            RegistrationServer.Habits(makesSecret: false), .init(rotatesToken: true, troubles: [.lostAfter]),
            .init(readStatus: 403), .init(troubles: [.page]),
        ] {
            let server = RegistrationServer(habits)
            var said: [String] = []
            for mayHaveBeenSent in [false, true] {
                do {
                    said.append("\(try await Self.ask(server, Self.order(mayHaveBeenSent: mayHaveBeenSent)))")
                } catch {
                    said.append("\(error)")
                }
            }
            for text in said {
                #expect(!text.contains("token-") && !text.contains("-secret"))
            }
        }
    }
}
