// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferAgentClient

extension FuzzedParser {
    /// What answers at a socket, which may be no agent: the first byte chooses the status, the rest is the body.
    static let agent: [FuzzedParser] = [
        FuzzedParser(name: "agent-answer", longestInput: 2048) { bytes in
            var slices = Slices(bytes)
            let status = statuses[Int(slices.byte()) % statuses.count]
            let body = slices.remainder()
            readAnswer(status, body)
            guard let decoded = Base64Text.decoded(Secret(bytes: body)) else { return }
            let again = decoded.withExposedBytes { Data($0).base64EncodedString() }
            require(Array(again.utf8) == body, "what is read as base64 is written as it was read")
        }
    ]

    private static let statuses = [200, 423, 204, 401, 404, 409, 500, 503, 504, 302, 0]

    private static func readAnswer(_ status: Int, _ body: [UInt8]) {
        let path = needed { try CredentialPath("main/amocrm/acme") }
        let answer = AgentAnswer(AgentReply(status: status, body: Secret(bytes: body)), about: path)
        let isSuccess = (200..<300).contains(status)
        do {
            try answer.confirmSuccess()
            require(isSuccess, "what failed is no success")
        } catch {
            require(!isSuccess, "what went well is no failure")
            require(error.path == path, "a failure is about what was asked for")
            require(isSentence(error.message), "a sentence of the agent's is one line, and not long")
            require(
                (1...64).contains(error.code.rawValue.utf8.count)
                    && error.code.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F },
                "a code is a word")
            if let wait = error.retryAfter {
                require(wait > .zero && wait <= .seconds(3600), "nobody is made to wait for longer than an hour")
            }
        }
        if let id = try? answer.vaultID() {
            require(status == 200 || status == 503, "only what can be well or in trouble names its vault")
            let isHexadecimal = id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
            require(id.utf8.count == 32 && isHexadecimal, "a vault's id is 16 bytes in hexadecimal")
        }
        if let (token, note) = try? answer.token() {
            require(isSuccess && token.path == path && token.version >= 0, "a token is the one that was asked for")
            let isPlain = token.value.withExposedBytes { !$0.isEmpty && $0.allSatisfy { (0x20...0x7E).contains($0) } }
            require(isPlain, "a token can stand in a header")
            require(note.map { isSentence($0) } ?? true, "a note is one line, and not long")
        }
        if let secret = try? answer.secret() {
            require(isSuccess && secret.path == path && secret.version >= 0, "a secret is the one that was asked for")
            require(secret.value.byteCount <= body.count, "nothing grows by being read")
        }
    }

    /// Whether it is what a person may be shown: one line of at most 500 characters, or our own words.
    private static func isSentence(_ text: String) -> Bool {
        text.count <= 500 && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// What agents answer.
    static let agentSeeds: [String: [String]] = [
        "agent-answer": [
            "\0"
                + #"{"format_version":1,"path":"main/amocrm/acme","access_token":"made-up","token_type":"Bearer","expires_at":"2030-01-01T00:00:00Z","scope":"crm","account_url":"https://acme.amocrm.ru","version":3,"note":"on hold"}"#,
            "\0" + #"{"format_version":1,"path":"main/amocrm/acme","value":"made-up","version":1}"#,
            "\0" + #"{"format_version":1,"path":"main/amocrm/acme","value_base64":"/wD+","version":1}"#,
            "\0"
                + #"{"version":1,"status":"locked","vault_id":"000102030405060708090a0b0c0d0e0f","unlock_needs":"nothing"}"#,
            "\u{1}"
                + #"{"error":{"code":"locked","message":"the agent is locked; unlock it with: coffer agent unlock"}}"#,
            "\u{7}"
                + #"{"error":{"code":"busy","message":"too many","path":"main/amocrm/acme","retry_after_seconds":5}}"#,
            "\u{2}", "\0AAEC/w==",
        ]
    ]
}
