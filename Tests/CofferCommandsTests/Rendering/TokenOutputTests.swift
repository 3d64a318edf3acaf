// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCommands

@Suite struct `A printed token` {
    private func credential(_ type: String?, _ value: String = "marker", at url: String? = nil) throws -> Credential {
        Credential(
            path: try CredentialPath("main/idp/alice"), value: Secret(value), tokenType: type, expiresAt: nil,
            scope: nil, accountURL: url, version: 3)
    }

    /// What is printed, as text.
    private func text(_ credential: Credential, _ format: TokenFormat) throws -> String {
        let output = RecordedBytes()
        try TokenOutput(credential).write(format, to: output)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// What it is refused with; nothing is printed, and nothing of the token said.
    private func refusal(_ credential: Credential, _ format: TokenFormat) throws -> CommandError {
        let output = RecordedBytes()
        let error = #expect(throws: (any Error).self) { try TokenOutput(credential).write(format, to: output) }
        #expect(output.bytes.isEmpty)
        let told = CommandError(try #require(error))
        #expect(!told.lines.joined().contains("mark"), "\(told.lines)")
        return told
    }

    @Test(arguments: [nil, "bearer", "Bearer", "BEARER"])
    func `is a bearer's however the server writes it`(type: String?) throws {
        let output = RecordedBytes()
        try TokenOutput(credential(type)).write(.header, to: output)
        #expect(output.bytes == Array("Authorization: Bearer marker\n".utf8))
    }

    @Test func `is a header as its provider's API wants it`() throws {
        for (header, line) in [
            (TokenHeader(field: "X-Shopify-Access-Token"), "X-Shopify-Access-Token: marker\n"),
            (TokenHeader(scheme: "Zoho-oauthtoken"), "Authorization: Zoho-oauthtoken marker\n"),
        ] {
            let output = RecordedBytes()
            var token = try credential("Bearer")
            token.header = header
            try TokenOutput(token).write(.header, to: output)
            #expect(output.bytes == Array(line.utf8))
            #expect(TokenHeader(text: header.text) == header)
        }
        for text in ["", "X-Key", ": x", "X Key:", "X-Key:\r\nY: z", "Authorization: two words", "\u{E9}: x"] {
            #expect(TokenHeader(text: text) == nil, "\(text)")
        }
    }

    @Test(arguments: ["DPoP", "dpop", "Two words", "Bearer\r\nX: y", "é"])
    func `is no header where a header alone does not do`(type: String) throws {
        let output = RecordedBytes()
        let error = #expect(throws: CommandError.self) { try TokenOutput(credential(type)).write(.header, to: output) }
        #expect(error?.status == .configuration)
        #expect(output.bytes.isEmpty)
    }

    @Test func `goes with its proof where the request is named`() throws {
        let output = RecordedBytes()
        try TokenOutput(credential("dpop"), proof: "a.b.c").write(.header, to: output)
        #expect(output.bytes == Array("Authorization: DPoP marker\nDPoP: a.b.c\n".utf8))
    }

    @Test func `is a variable for a shell and readers of env files`() throws {
        #expect(try text(credential(nil), .env) == "ACCESS_TOKEN='marker'\n")
        #expect(try text(credential(nil, "mark$er\"!"), .env) == "ACCESS_TOKEN='mark$er\"!'\n")
        #expect(try text(credential(nil, "mark'er"), .env) == "ACCESS_TOKEN=\"mark'er\"\n")
        for value in ["marker'$x", "marker${x}", "marker\r", "marker\\", "marker\0"] {
            #expect(try refusal(credential(nil, value), .env).code == "unrepresentable", "\(value.debugDescription)")
        }
    }

    @Test func `is a line of netrc for the account's host alone`() throws {
        let url = "https://acme.example:8443"
        #expect(
            try text(credential("bearer", at: url), .netrc) == "machine acme.example login oauth2 password marker\n")
        #expect(
            try text(credential(nil, #"mar"k\er x"#, at: url), .netrc)
                == #"machine acme.example login oauth2 password "mar\"k\\er x""# + "\n")
        for value in ["", "marker\nmachine b.example", "marker\u{7F}"] {
            #expect(try refusal(credential(nil, value, at: url), .netrc).status == .usage, "\(value.debugDescription)")
        }
    }

    @Test(arguments: [
        nil, "http://acme.example", "https://acme.example x", "https://[::1]:8443", "https://a\nb.example",
    ])
    func `is no line of netrc where nobody knows the host`(url: String?) throws {
        let error = try refusal(credential(nil, at: url), .netrc)
        #expect(error.status == .configuration)
        #expect(error.hint?.contains("coffer bind netrc HOST main/idp/alice") == true)
    }

    @Test func `is a setting of curl's`() throws {
        #expect(try text(credential("bearer"), .curl) == "oauth2-bearer = \"marker\"\n")
        #expect(try text(credential(nil, #"mar"k\er"#), .curl) == #"oauth2-bearer = "mar\"k\\er""# + "\n")
        for value in ["", "marker x", "marker\nurl = x", "markér"] {
            #expect(try refusal(credential(nil, value), .curl).status == .usage, "\(value.debugDescription)")
        }
    }

    @Test(arguments: ["DPoP", "dpop", "MAC", "Two words", "Bearer\r\nX: y"])
    func `is neither for netrc nor for curl where it is no bearer's`(type: String) throws {
        for format in [TokenFormat.netrc, .curl] {
            let error = try refusal(credential(type, at: "https://acme.example"), format)
            #expect(error.status == .configuration && error.code == "unsupported")
        }
    }

    @Test(arguments: [
        "", "GET", "GET api.example", "get https://a.example", "GET  https://a.example", "GET https://a b",
    ])
    func `is for a request of a method and a URL only`(_ text: String) {
        #expect(RequestArgument(argument: text) == nil)
        #expect(RequestArgument(argument: "GET https://api.example/me")?.method == "GET")
    }
}
