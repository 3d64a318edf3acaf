// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Crypto
import Foundation
import Testing

@testable import CofferOAuth

/// The proofs here were computed with Python's `hmac`, not with what checks them; ids and claims are those of the vendors' pages,
/// and so is the channel's secret (https://www.amocrm.ru/developers/content/chats/chat-webhooks).
@Suite struct `A webhook that is checked` {
    private static let clientID = "0b0832f6-d123-4123-9123-e73f236833c0"
    private static let secret = Secret("made-up-client-secret-0123456789abcdefghijklmnopqrstuvwxyz-64abc")
    private static let removal = "9987eeeb4b42c562840e82f1f3b9fcbf2252513cf61c3f56d6d50b9a042e4f9c"
    private static let channelSecret = Secret("5a44c5dff55f3c15a4cce8d7c4cc27e207c7e189")
    private static let body = #"{"account_id":"af9945ff","time":1639572260,"message":{"text":"made up"}}"#
    private static let bodySignature = "c69678b4bb66affe421a4e76d583ffb3a8e0f029"
    private static let token = """
        eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL3N1YmRvbWFpbi5hbW9jcm0ucnUiLCJhdWQiOiJodHRwczovL2V4\
        dGVybmFsLmludGVncmF0aW9uLmlvIiwianRpIjoiZDYyOGYxMjMtNTEyMy00NzNlLWExMjMtZWQxMjNlZjMxZjhmIiwiaWF0IjoxNTk0MjA0MjQ1\
        LCJuYmYiOjE1OTQyMDQyNDUsImV4cCI6MTU5NDIwNjA0NSwiYWNjb3VudF9pZCI6MTIzNDU2NzgsInVzZXJfaWQiOjg3NjU0MzIxLCJzdWJkb21h\
        aW4iOiJzdWJkb21haW4iLCJjbGllbnRfdXVpZCI6IjBiMDgzMmY2LWQxMjMtNDEyMy05MTIzLWU3M2YyMzY4MzNjMCJ9.d5xvQBY5ZziJq3Bv8mj\
        ESBXdWfMKpJlxM9EX5p-T1J8
        """
    /// When the token was issued.
    private static let issued = Date(timeIntervalSince1970: 1_594_204_245)

    private static func check(
        _ provider: ProviderDescription = ProviderCatalogue.amocrm, clientID: String = clientID,
        redirectURI: String? = "https://external.integration.io/oauth", at now: Date = issued
    ) -> WebhookCheck {
        let registration = ClientRegistration(
            provider: provider, clientID: clientID, clientSecret: secret, redirectURI: redirectURI)
        return WebhookCheck(registration, now: now) { $0.elementsEqual($1) }
    }

    private static func request(
        _ target: String = "/hook", _ headers: [(name: String, value: String)] = [], body: String = ""
    ) throws -> WebhookRequest {
        try WebhookRequest(target: target, headers: headers, body: Secret(body))
    }

    /// What is proven, or the code of the error.
    private static func outcome(
        _ request: WebhookRequest, _ key: Secret = secret, _ check: WebhookCheck = check(), named name: String? = nil
    ) async -> (CheckedWebhook?, WebhookError.Code?) {
        do {
            return (try await check.check(request, by: check.proof(of: request, named: name), key: key), nil)
        } catch {
            return (nil, error.code)
        }
    }

    // MARK: - HMAC

    @Test func `proves a removal by both ids, and nothing of the body`() async throws {
        for client in ["client_uuid=\(Self.clientID)&", "client_id=\(Self.clientID)&", ""] {
            let request = try Self.request(
                "/hook?account_id=12345678&\(client)signature=\(Self.removal)", body: "anything")
            let (checked, _) = await Self.outcome(request)
            #expect(checked?.name == "removal")
            #expect(checked?.accountID == "12345678")
            #expect(checked?.coversBody == false)
        }
    }

    @Test(arguments: [
        "account_id=12345679&signature=\(removal)", "account_id=12345678&signature=\(removal.dropLast())",
        "account_id=12345678&signature=\(removal.dropLast())0",
        "account_id=12345678&signature=%2B\(removal.dropFirst())",
        "account_id=12345678&signature=\(removal)00", "account_id=12345678&signature=ｆ\(removal.dropFirst())",
    ])
    func `is wrong with another account, or any other signature`(_ query: String) async throws {
        let (_, code) = await Self.outcome(try Self.request("/hook?\(query)"))
        #expect(code == .wrong)
    }

    @Test func `is wrong for another client and another key, and says so without them`() async throws {
        let request = try Self.request("/hook?account_id=12345678&signature=\(Self.removal)")
        #expect(await Self.outcome(request, Secret("made-up-other")).1 == .wrong)
        #expect(await Self.outcome(request, Self.secret, Self.check(clientID: "made-up-other")).1 == .wrong)
        #expect(await Self.outcome(request, Secret("")).1 == .noKey)
        let missing = try Self.request("/hook?signature=\(Self.removal)")
        #expect(await Self.outcome(missing).1 == .malformed)
    }

    @Test func `of a chat is proven byte for byte, in either case of letters`() async throws {
        for signature in [Self.bodySignature, Self.bodySignature.uppercased()] {
            let request = try Self.request("/chats", [("x-signature", signature)], body: Self.body)
            let (checked, code) = await Self.outcome(request, Self.channelSecret)
            #expect(code == nil)
            #expect(checked?.name == "chats")
            #expect(checked?.coversBody == true)
        }
        let bytes = Array(Self.body.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            let request = try WebhookRequest(
                target: "/chats", headers: [("X-Signature", Self.bodySignature)], body: Secret(bytes: changed))
            #expect(await Self.outcome(request, Self.channelSecret).1 == .wrong, "byte \(index)")
        }
        let longer = try Self.request("/chats", [("X-Signature", Self.bodySignature)], body: Self.body + "\n")
        #expect(await Self.outcome(longer, Self.channelSecret).1 == .wrong)
    }

    // MARK: - Tokens

    @Test func `of a widget is proven by its token, for half an hour`() async throws {
        let request = try Self.request("/", [("X-Auth-Token", Self.token)])
        let (checked, code) = await Self.outcome(request)
        #expect(code == nil)
        #expect(checked?.accountID == "12345678")
        #expect(checked?.userID == "87654321")
        #expect(checked?.tokenID == "d628f123-5123-473e-a123-ed123ef31f8f")
        // Its id may be forgotten when it is believed no more, and no sooner.
        #expect(checked?.expiresAt == Self.issued + 1860)
        for (distance, expected) in [
            (-61.0, Optional(WebhookError.Code.outdated)), (-59, nil), (1859, nil), (1860, .outdated),
        ] {
            #expect(await Self.outcome(request, Self.secret, Self.check(at: Self.issued + distance)).1 == expected)
        }
    }

    @Test func `of a widget is for our client, our address and an account of the provider alone`() async throws {
        let request = try Self.request("/", [("X-Auth-Token", Self.token)])
        for check in [
            Self.check(clientID: "made-up-other"), Self.check(redirectURI: "https://other.integration.io/oauth"),
            Self.check(redirectURI: "http://external.integration.io/oauth"),
        ] {
            #expect(await Self.outcome(request, Self.secret, check).1 == .foreign)
        }
        var elsewhere = ProviderCatalogue.amocrm
        elsewhere.domains = ["crm.example"]
        #expect(await Self.outcome(request, Self.secret, Self.check(elsewhere)).1 == .foreign)
        #expect(await Self.outcome(request, Self.secret, Self.check(redirectURI: nil)).1 == .noKey)
    }

    @Test func `of a widget is wrong with any character of its token changed`() async throws {
        let characters = Array(Self.token)
        for index in characters.indices where index % 7 == 0 && index < characters.count - 1 {
            var changed = characters
            changed[index] = changed[index] == "A" ? "B" : "A"
            let request = try Self.request("/", [("X-Auth-Token", String(changed))])
            let code = await Self.outcome(request).1
            #expect(code == .wrong || code == .malformed, "character \(index)")
        }
    }

    /// Tokens signed here with the right key, so that what is judged is the rest.
    @Test(arguments: [
        (#"{"alg":"none"}"#, "", Optional(WebhookError.Code.wrong)), (#"{"alg":"HS512"}"#, "", .wrong),
        (#"{"alg":"HS256","crit":["made-up"]}"#, "", .wrong), (#"{"typ":"JWT"}"#, "", .wrong),
        (#"{"alg":"HS256"}"#, #""exp":1594206045"#, .malformed), (#"{"alg":"HS256"}"#, #""jti":"d628""#, .malformed),
        (#"{"alg":"HS256"}"#, #""iat":1594204245"#, .malformed), (#"{"alg":"HS256"}"#, "", nil),
    ])
    func `of a widget needs the described algorithm, times and an id`(
        _ header: String, _ missing: String, _ expected: WebhookError.Code?
    ) async throws {
        let claims = [
            #""iss":"https://subdomain.amocrm.ru""#, #""aud":["https://external.integration.io"]"#, #""jti":"d628""#,
            #""iat":1594204245"#, #""exp":1594206045"#, #""account_id":1"#, #""client_uuid":"\#(Self.clientID)""#,
        ].filter { $0 != missing }
        let signed = [header, "{\(claims.joined(separator: ","))}"].map { Data($0.utf8).base64URLEncodedString() }
            .joined(separator: ".")
        let key = Self.secret.withExposedBytes { SymmetricKey(data: $0) }
        let signature = Data(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key))
        let request = try Self.request("/", [("X-Auth-Token", "\(signed).\(signature.base64URLEncodedString())")])
        #expect(await Self.outcome(request).1 == expected)
    }

    /// As a bot's `widget_request` brings it, signed here.
    private static func bot(
        _ algorithm: String = "HS512", _ claims: [String] = botClaims, key: Secret = secret, field: String = "token"
    ) throws -> WebhookRequest {
        let signed = ["{\"alg\":\"\(algorithm)\"}", "{\(claims.joined(separator: ","))}"]
            .map { Data($0.utf8).base64URLEncodedString() }.joined(separator: ".")
        let key = key.withExposedBytes { SymmetricKey(data: $0) }
        let code =
            algorithm == "HS256"
            ? Data(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key))
            : Data(HMAC<SHA512>.authenticationCode(for: Data(signed.utf8), using: key))
        let url = "https://subdomain.amocrm.ru/api/v4/salesbot/321/continue/123"
        return try request(
            body:
                #"{"\#(field)":"\#(signed).\#(code.base64URLEncodedString())","data":{"from":"made up"},"return_url":"\#(url)"}"#
        )
    }

    private static let botClaims = [
        #""iss":"https://subdomain.amocrm.ru""#, #""aud":"https://bots.elsewhere.example""#, #""iat":1594204245"#,
        #""nbf":1594204245"#, #""exp":1594206045"#, #""account_id":12345678"#, #""client_uuid":"\#(clientID)""#,
    ]

    @Test func `of a bot is proven by the token in its body, which covers nothing else of it`() async throws {
        let (checked, code) = await Self.outcome(try Self.bot())
        #expect(code == nil)
        #expect(checked?.name == "bot" && checked?.accountID == "12345678")
        #expect(checked?.tokenID == nil && checked?.coversBody == false)
        #expect(checked?.expiresAt == Self.issued + 1860)
        for clock in [-61.0, 1860] {
            #expect(await Self.outcome(try Self.bot(), Self.secret, Self.check(at: Self.issued + clock)).1 == .outdated)
        }
        // Shorter than the hash, which the library wants longer.
        let short = Secret("made-up-short")
        #expect(await Self.outcome(try Self.bot(key: short), short).1 == nil)
        #expect(await Self.outcome(try Self.bot(key: short)).1 == .wrong)
        #expect(await Self.outcome(try Self.bot("HS256")).1 == .wrong)
        #expect(await Self.outcome(try Self.bot("none")).1 == .wrong)
        #expect(await Self.outcome(try Self.bot(field: "tokens")).1 == .noProof)
        let twice = try Self.request(body: #"{"token":"a.b.c","token":"a.b.c"}"#)
        #expect(await Self.outcome(twice, named: "bot").1 == .malformed)
    }

    @Test(arguments: [
        ("client_uuid", #""client_uuid":"made-up-other""#, WebhookError.Code.foreign),
        ("iss", #""iss":"https://crm.example""#, .foreign), ("exp", #""left":"out""#, .malformed),
    ])
    func `of a bot is for our client and from an account of the provider alone`(
        _ name: String, _ claim: String, _ code: WebhookError.Code
    ) async throws {
        let claims = Self.botClaims.map { $0.hasPrefix("\"\(name)\"") ? claim : $0 }
        #expect(await Self.outcome(try Self.bot("HS512", claims)).1 == code)
    }

    /// Computed with Python: an HMAC fills a short key up itself, and the library takes none that is shorter than the hash.
    @Test func `takes a key that is shorter than the hash`() async throws {
        let code = MessageCode.make(.hmacSHA256, of: Secret("x"), key: Secret("short"))
        #expect(
            code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                == "1559bbfef20694bd2ec0d69e2109cc37756d72a40cb544c22764b3197a536f3d")
        let signed = "e30.e30"
        let signature = MessageCode.make(.hmacSHA256, of: Secret(signed), key: Secret("short"))
        let token = try #require(SignedToken(Secret("\(signed).\(Data(signature).base64URLEncodedString())")))
        #expect(await MessageCode.verifies(token, key: Secret("short")))
        #expect(await !MessageCode.verifies(token, key: Secret("other")))
    }

    // MARK: - Tokens that are shared

    private static let event =
        "event=ONAPPUNINSTALL&data%5BCLEAN%5D=1&auth%5Bdomain%5D=some-domain.bitrix24.com"
        + "&auth%5Bmember_id%5D=a223c6b3710f85df22e9377d6c4f7553&auth%5Bapplication_token%5D=51856fefc120afa4b628cc82d3935cce"

    @Test func `of Bitrix24 is proven by the token at the top, and by no other`() async throws {
        let check = Self.check(ProviderCatalogue.bitrix24)
        let key = Secret("51856fefc120afa4b628cc82d3935cce")
        let (checked, _) = await Self.outcome(try Self.request(body: Self.event), key, check)
        #expect(checked?.name == "event")
        #expect(checked?.event == "ONAPPUNINSTALL")
        #expect(checked?.accountID == "a223c6b3710f85df22e9377d6c4f7553")
        for other in ["51856fefc120afa4b628cc82d3935ccf", "51856fefc120afa4b628cc82d3935cc", "x"] {
            #expect(await Self.outcome(try Self.request(body: Self.event), Secret(other), check).1 == .wrong)
        }
        let inside = "data[bot][auth][application_token]=51856fefc120afa4b628cc82d3935cce"
        #expect(await Self.outcome(try Self.request(body: inside), key, check).1 == .noProof)
        let twice = Self.event + "&auth[application_token]=51856fefc120afa4b628cc82d3935cce"
        #expect(await Self.outcome(try Self.request(body: twice), key, check).1 == .malformed)
        // In the address it would stand in logs; the vendor sends it in the body.
        #expect(await Self.outcome(try Self.request("/?\(Self.event)"), key, check).1 == .noProof)
    }

    // MARK: - Which one it is

    @Test func `is told by where its proof stands, and by name where there are two`() async throws {
        let two = try Self.request(
            "/?account_id=12345678&signature=\(Self.removal)", [("X-Signature", Self.bodySignature)], body: Self.body)
        #expect(await Self.outcome(two).1 == .ambiguous)
        #expect(await Self.outcome(two, named: "removal").0?.name == "removal")
        #expect(await Self.outcome(two, Self.channelSecret, named: "chats").0?.name == "chats")
        #expect(await Self.outcome(two, named: "widget").1 == .noProof)
        #expect(await Self.outcome(try Self.request(body: Self.body)).1 == .noProof)
        #expect(await Self.outcome(two, Self.secret, Self.check(ProviderCatalogue.bitrix24)).1 == .noProof)
        let repeated = try Self.request(
            "/", [("X-Signature", "00"), ("x-signature", Self.bodySignature)], body: Self.body)
        #expect(await Self.outcome(repeated, Self.channelSecret).1 == .malformed)
    }
}
