// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation

@testable import CofferAgent
@testable import CofferDrivers
@testable import CofferInjection
@testable import CofferKeeper
@testable import CofferOAuth

extension FuzzedParser {
    /// What programs on this machine send to the agent, answer and have filled in, and what a server registers.
    static let programs: [FuzzedParser] = [
        FuzzedParser(name: "request-query", longestInput: 512) { bytes in
            guard let text = text(bytes) else { return }
            let names = ["path", "prefix", "min_valid", "scope"]
            guard let query = try? RequestQuery(text[...], names: names) else { return }
            for name in names {
                guard let value = query[name] else { continue }
                require(isVisible(value), "a field holds no control characters of ASCII")
                require((try? query.required(name)) == value, "a field that must be there is the one that is")
            }
            if let life = try? query.seconds("min_valid") {
                require(life >= .zero && life < .seconds(1_000_000_000), "a length of time is bounded")
            }
            if let prefix = try? query.prefix("prefix") { require(!prefix.isEmpty, "a prefix is one") }
        },
        FuzzedParser(name: "plain-head", longestInput: 512) { bytes in
            guard case .content(let start, let byteCount) = PlainHead(reading: bytes) else { return }
            require(start > 0 && start <= bytes.count && bytes.count - start <= byteCount, "content begins where it is")
            require(byteCount <= 8 << 20, "content is bounded")
            let less = UnsafeRawBufferPointer(rebasing: bytes[..<(start - 1)])
            require(PlainHead(reading: less) == .unfinished, "nothing is said before the end of a head")
        },
        FuzzedParser(name: "rejection-report", longestInput: 1024) { bytes in
            guard let report = try? RejectionReport(reading: Secret(bytes: bytes)) else { return }
            require(!report.credential.value.isEmpty, "a token is one")
            require(report.credential.version >= 0, "a version is not negative")
        },
        FuzzedParser(name: "program-answer", longestInput: 512) { bytes in
            var slices = Slices(bytes)
            let request = requests[Int(slices.byte()) % requests.count]
            let text = Secret(bytes: slices.remainder())
            switch ProgramAnswer.reading(text, to: request) {
            case .success(.secret(let secret)):
                require(secret.byteCount <= text.byteCount, "nothing grows by being read")
                require([.replace, .add, .inspect].contains(request.operation), "a secret answers who asked for one")
            case .success(.removed): require(request.operation == .remove, "what is removed was to be")
            case .success(.accepted), .success(.refused), .success(.unknown):
                require(request.operation == .check, "a verdict answers who asked for one")
            case .success(.absent): require(request.operation == .inspect, "who looks is told that there is none")
            case .success(.person): require(request.operation != .check, "no person is asked for a verdict")
            case .failure(let fault): require(isPlain(fault.words) && fault.words.count < 200, "a fault is bounded")
            }
        },
        FuzzedParser(name: "template", longestInput: 1024) { bytes in
            let contents = Secret(bytes: bytes)
            guard let template = try? Template(contents) else { return }
            let places = template.marks.map { Secret(bytes: Array(bytes[$0.range])) }
            require(template.filled(places) == contents, "what is no mark stays as it is")
            let blanks = template.filled(places.map { _ in Secret("") })
            require(blanks.byteCount == template.byteCountBesides, "what is besides the marks is counted")
            for mark in template.marks {
                require(mark.reference.hasPrefix("coffer://"), "a mark holds a reference")
                require(isVisible(mark.reference), "a reference is visible")
                require(bytes[..<mark.range.lowerBound].count { $0 == 0x0A } + 1 == mark.line, "a mark has its line")
            }
        },
        FuzzedParser(name: "registration-answer", longestInput: 2048) { bytes in
            guard let value = JSONReader.read(Secret(bytes: bytes)).value else { return }
            let made: MadeClient
            do throws(OAuthError) {
                made = try RegistrationAnswer(value, to: client).made()
            } catch {
                return require(isPlain(error.message) && error.message.count < 2048, "a refusal is a sentence")
            }
            require(isVisible(made.registration.clientID), "an id can stand in a request")
            require(made.notes.allSatisfy { $0.count < 4096 }, "a note is bounded")
            guard let access = made.registration.registration else { return }
            let rule = HostRule(client.provider, trust: client.trust)
            require((try? rule.approve(access.uri)) != nil, "the way to a registration is on an approved host")
        },
    ]

    /// Texts of each, as programs and servers write them.
    static let programSeeds: [String: [String]] = [
        "plain-head": [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        ],
        "request-query": ["path=main/crm/acme&min_valid=60", "prefix=main%2Fcrm", "scope=a+b&path=x"],
        "rejection-report": [#"{"path":"main/crm/acme","access_token":"made-up","version":3}"#],
        "program-answer": [
            #"{"version":1,"result":"made","client_secret":"made-up"}"#,
            "\u{1}" + #"{"version":1,"result":"absent"}"#, "\u{2}" + #"{"version":1,"result":"removed"}"#,
            "\u{3}" + #"{"version":1,"result":"unknown"}"#, "\u{4}" + #"{"version":1,"result":"held","value":"v"}"#,
        ],
        "template": [
            "a={{ coffer://main/a#b }}\nb={{x}}\n\tc={{coffer://main/c}} coffer://main/d\n", "{{ coffer://main/a",
        ],
        "registration-answer": [
            #"{"client_id":"c","client_secret":"made-up","client_secret_expires_at":1900000000,"redirect_uris":["https://example.com/cb"],"grant_types":["authorization_code"],"token_endpoint_auth_method":"client_secret_basic","scope":"a","registration_client_uri":"https://as.example.com/r/c","registration_access_token":"made-up"}"#,
            #"{"client_id":"c","token_endpoint_auth_method":["none","client_secret_post"],"dpop_bound_access_tokens":false}"#,
        ],
    ]

    /// One of each operation, as far as their answers differ.
    private static let requests: [ProgramRequest] = {
        let registration = ClientRegistration(
            provider: ProviderCatalogue.amocrm, clientID: "client", clientSecret: Secret("made-up-old"))
        let secret = ReplacementOrder(registration: registration, mayHaveBeenSent: false)
        let value = ValueOrder(value: Secret("made-up-old"), rotation: RotationID(random: 7))
        return [
            ProgramRequest(.replace, secret), ProgramRequest(.inspect, secret),
            ProgramRequest(removing: Secret("made-up-older"), value),
            ProgramRequest(checking: Secret("made-up-new"), value), ProgramRequest(.inspect, value),
            ProgramRequest(.add, value),
        ]
    }()

    private static let client = NewClient(
        provider: ProviderDescription(
            id: "example", displayName: "Example", issuer: "https://as.example.com",
            endpoints: Endpoints(token: "https://as.example.com/token"), domains: ["as.example.com"],
            clientAuthentication: .basicFormEncoded),
        trust: TrustSettings(), name: "Made up", redirectURI: "https://example.com/cb", scope: "a b")

    private static func isVisible(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}
