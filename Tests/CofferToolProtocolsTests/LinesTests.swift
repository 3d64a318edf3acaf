// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferToolProtocols

@Suite("What other programs read in lines")
struct LinesTests {
    @Test func `keyring prints a password, and before it a name if it is asked for`() throws {
        let password = Secret(#"made-up "1""#)
        #expect(try KeyringAnswer(username: nil, password: password).lines() == Secret("made-up \"1\"\n"))
        #expect(try KeyringAnswer(username: "ada", password: password).lines() == Secret("ada\nmade-up \"1\"\n"))
        #expect(
            try KeyringAnswer(username: "ada", password: password).object()
                == Secret(#"{"password":"made-up \"1\"","username":"ada"}"# + "\n"))
        #expect(
            try KeyringAnswer(username: nil, password: password).object()
                == Secret(#"{"password":"made-up \"1\""}"# + "\n"))
    }

    @Test func `curl reads the URL, and a token or a name with a password`() throws {
        let url = "https://api.example/v1?a=b"
        #expect(
            try CurlConfiguration.lines(url: url, .bearer(Secret("made-up-token")))
                == Secret("url = \"\(url)\"\noauth2-bearer = \"made-up-token\"\n"))
        #expect(
            try CurlConfiguration.lines(url: url, .password(username: "ada", Secret(#"made\up:"x"#)))
                == Secret("url = \"\(url)\"\nuser = \"ada:made\\\\up:\\\"x\"\n"))
        #expect(
            try CurlConfiguration.line(.bearer(Secret("made-up-token")))
                == Secret("oauth2-bearer = \"made-up-token\"\n"))
    }

    @Test func `netrc has quotes around what is more than plain characters`() throws {
        let plain = try NetrcEntry.line(host: "a.example", username: "ada", password: Secret("made-up"))
        #expect(plain == Secret("machine a.example login ada password made-up\n"))
        let quoted = try NetrcEntry.line(host: "a.example", username: "ada b", password: Secret(#"#made\up""#))
        #expect(
            quoted
                == Secret(#"machine a.example login "ada b" password "#).followed(by: Secret("\"#made\\\\up\\\"\"\n")))
    }

    @Test(arguments: ["made\nup", "made\rup", "made\u{0}up"])
    func `no line is made of what would be two`(value: String) {
        let secret = Secret(value)
        let attempts: [() throws -> Secret] = [
            { try KeyringAnswer(username: nil, password: secret).lines() },
            { try KeyringAnswer(username: value, password: Secret("made-up")).lines() },
            { try CurlConfiguration.lines(url: "https://a.example", .bearer(secret)) },
            { try CurlConfiguration.line(.bearer(secret)) },
            { try CurlConfiguration.lines(url: "https://a.example", .password(username: "ada", secret)) },
            { try CurlConfiguration.lines(url: "https://a.example", .password(username: value, Secret("made-up"))) },
            { try NetrcEntry.line(host: "a.example", username: "ada", password: secret) },
            { try NetrcEntry.line(host: "a.example", username: value, password: Secret("made-up")) },
        ]
        for attempt in attempts {
            #expect {
                try attempt()
            } throws: { error in
                let failure = error as? ToolFailure
                return failure?.code == .unusableSecret && failure?.message.contains("made") == false
            }
        }
    }

    @Test func `a name with a colon is no name for curl`() {
        #expect(throws: ToolFailure.self) {
            try CurlConfiguration.lines(url: "https://a.example", .password(username: "a:b", Secret("made-up")))
        }
    }
}

@Suite("Where a URL leads")
struct RequestedPlaceTests {
    @Test(arguments: [
        ("https://API.example:443/v1/me?limit=5#top", "https://api.example/v1/me"),
        ("https://api.example?limit=5", "https://api.example"),
        ("http://127.0.0.1:8080/a%20b", "http://127.0.0.1:8080/a%20b"),
    ])
    func `is told by its host and path alone`(url: String, text: String) throws {
        #expect(try GitPlace(request: url, for: "curl").text == text)
    }

    @Test(arguments: [
        "https://api.example/team/../other", "https://api.example/team/%2E%2e/other",
        "https://api.example/team%2fother",
        "https://api.example/a\\b", "https://ada@api.example/", "http://api.example/", "api.example", "https://",
        "https://api.example/a\nurl = \"https://elsewhere.example\"", "https://api.example/\"",
        "https://{a,b}.example/",
        "ftp://api.example/", "https://api.example\u{1F600}/",
    ])
    func `is refused where a server or curl could take it for another`(url: String) {
        #expect(throws: ToolFailure.self) { try GitPlace(request: url, for: "curl") }
    }

    @Test func `a host alone has neither port nor path`() throws {
        #expect(try GitPlace(onlyHost: "Files.example").host == "files.example")
        for name in ["", "files.example:8080", "files.example/a", "https://files.example", "a b", "files.example\n"] {
            #expect(throws: ToolFailure.self) { try GitPlace(onlyHost: name) }
        }
    }
}
