// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferKeeper
@testable import CofferOAuth

extension FuzzedParser {
    /// What comes from an authorization server.
    static let providerAnswers: [FuzzedParser] = [
        FuzzedParser(name: "json", longestInput: 1024) { bytes in
            let reading = JSONReader.read(Secret(bytes: bytes))
            guard let value = reading.value else { return require(!reading.isWhole, "what is whole has a value") }
            let again = JSONReader.read(value.encoded)
            require(again.isWhole && again.value == value, "a value writes what it read")
        },
        answer(name: "answer-amocrm", registration(ProviderCatalogue.amocrm)),
        answer(name: "answer-bitrix24", registration(ProviderCatalogue.bitrix24)),
        answer(name: "answer-rfc6749", registration(generic)),
        FuzzedParser(name: "jwt-claims", longestInput: 1024) { bytes in
            guard let claims = JWTClaims(Secret(bytes: bytes)) else { return }
            for name in ["sub", "email", "nonce", "api_domain"] {
                guard let claim = claims[name] else { continue }
                require(isPlain(claim), "a claim holds no control characters")
                require(claim.count <= 255, "a claim is bounded")
            }
        },
        FuzzedParser(name: "metadata", longestInput: 2048) { bytes in
            guard let value = JSONReader.read(Secret(bytes: bytes)).value else { return }
            let issuer = "https://as.example.com"
            guard let url = try? EndpointURL(issuer),
                let description = try? ProviderDescription.generic(
                    issuer: issuer, url: url, metadata: ServerMetadata([value]), allowedDomains: [],
                    overrides: DescriptionOverrides())
            else { return }
            let rule = HostRule(description, trust: TrustSettings())
            for endpoint in description.endpoints.all {
                guard let approved = try? rule.approve(endpoint, accountHost: nil) else { continue }
                let host = approved.url.host
                require(host == "as.example.com" || host.hasSuffix(".as.example.com"), "no secret goes to \(host)")
                require(approved.url.isSecure || approved.url.isLoopback, "no secret goes over plain HTTP")
            }
        },
        FuzzedParser(name: "retry-after", longestInput: 64) { bytes in
            let now = Date(timeIntervalSince1970: 1_800_000_000)
            guard let wait = RetryAfter.read(text(bytes), now: now) else { return }
            require(wait >= .zero && wait <= .seconds(3600), "a wait is bounded")
        },
        FuzzedParser(name: "http-date", longestInput: 64) { bytes in
            guard let text = text(bytes), let date = HTTPDate.read(text) else { return }
            require((0...253_402_300_800).contains(date.timeIntervalSince1970), "a date is one of this calendar's")
        },
        FuzzedParser(name: "foreign-text", longestInput: 512) { bytes in
            guard let text = text(bytes) else { return }
            if let clean = ForeignText.clean(text, hiding: [secret]) {
                require(isPlain(clean), "foreign text holds no control characters")
                require(!clean.contains("marker-c"), "foreign text repeats no secret")
                require(clean.count <= 201, "foreign text is bounded")
            }
        },
    ]

    private static let secret = Secret("marker-client-secret-0123456789")

    private static let generic = ProviderDescription(
        id: "example", displayName: "Example", issuer: "https://as.example.com",
        endpoints: Endpoints(
            authorization: "https://as.example.com/authorize", token: "https://as.example.com/token"),
        domains: ["as.example.com"], clientAuthentication: .basicFormEncoded, accountLookup: .idToken)

    private static func registration(_ provider: ProviderDescription) -> ClientRegistration {
        ClientRegistration(
            provider: provider, clientID: "client", clientSecret: secret, redirectURI: "https://example.com/cb")
    }

    /// A whole answer of the token endpoint: status, purpose, a header, and the body.
    private static func answer(name: String, _ registration: ClientRegistration) -> FuzzedParser {
        FuzzedParser(name: name, longestInput: 1024) { bytes in
            var slices = Slices(bytes)
            let statuses = [200, 201, 302, 400, 401, 403, 404, 408, 415, 429, 500, 503]
            let status = statuses[Int(slices.byte()) % statuses.count]
            let purposes: [TokenPurpose] = [.refresh, .exchange, .clientCredentials]
            let purpose = purposes[Int(slices.byte()) % purposes.count]
            let body = Secret(bytes: slices.remainder())
            let now = Date(timeIntervalSince1970: 1_800_000_000)
            let reader = AnswerReader(
                registration: registration, purpose: purpose, secrets: [secret], requestedAt: now, now: now)
            check(reader.outcome(of: HTTPAnswer(status: status, body: body)), registration)
        }
    }

    private static func check(_ outcome: TokenOutcome, _ registration: ClientRegistration) {
        switch outcome {
        case .accepted(let tokens):
            require(tokens.accessToken != nil || tokens.refreshToken != nil, "a success holds a token")
            tokens.accessToken?.withExposedBytes { token in
                require(token.allSatisfy { (0x20...0x7E).contains($0) }, "an access token can stand in a header")
            }
            let rule = HostRule(registration.provider, trust: registration.trust)
            if let host = tokens.accountHost {
                require((try? rule.accountHost(from: host)) == host, "an account's host is one that is allowed")
            }
            for text in [tokens.tokenType, tokens.scope, tokens.accountID, tokens.accountLabel].compactMap(\.self) {
                require(isPlain(text), "what is shown holds no control characters")
            }
        case .refused(let refusal): sentence(refusal.message)
        case .unprocessed(let setback): sentence(setback.message)
        case .notSent(let message), .indeterminate(let message), .senseless(let message): sentence(message)
        }
    }

    private static func sentence(_ text: String) {
        require(isPlain(text), "a sentence holds no control characters")
        require(text.count < 1024, "a sentence is bounded")
        require(!text.contains("marker-client-secret"), "a sentence repeats no secret")
    }

    /// Whether nothing in a text could steer a terminal.
    static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }
}
