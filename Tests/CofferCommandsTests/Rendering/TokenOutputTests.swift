// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCommands

@Suite struct `A printed token` {
    private func credential(_ type: String?) throws -> Credential {
        Credential(
            path: try CredentialPath("main/idp/alice"), value: Secret("marker"), tokenType: type, expiresAt: nil,
            scope: nil, accountURL: nil, version: 3)
    }

    @Test(arguments: [nil, "bearer", "Bearer", "BEARER"])
    func `is a bearer's however the server writes it`(type: String?) throws {
        let output = RecordedBytes()
        try TokenOutput(credential(type)).write(.header, to: output)
        #expect(output.bytes == Array("Authorization: Bearer marker\n".utf8))
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

    @Test(arguments: [
        "", "GET", "GET api.example", "get https://a.example", "GET  https://a.example", "GET https://a b",
    ])
    func `is for a request of a method and a URL only`(_ text: String) {
        #expect(RequestArgument(argument: text) == nil)
        #expect(RequestArgument(argument: "GET https://api.example/me")?.method == "GET")
    }
}
