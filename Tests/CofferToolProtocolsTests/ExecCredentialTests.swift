// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferToolProtocols

@Suite("What a Kubernetes client says of itself")
struct ExecRequestTests {
    @Test func `names its cluster, if it is told to`() throws {
        let whole = try ExecRequest(
            reading: """
                {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,
                 "cluster":{"server":"https://cluster.example:6443","certificate-authority-data":"bWFkZS11cA==","config":{"a":[]}}}}
                """)
        #expect(whole.server == "https://cluster.example:6443" && whole.isServerChecked)
        let short = try ExecRequest(
            reading:
                #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":true}}"#
        )
        #expect(short.server == nil && short.isServerChecked)
        let blind = try ExecRequest(
            reading: """
                {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"cluster":{
                 "server":"https://cluster.example:6443","insecure-skip-tls-verify":true}}}
                """)
        #expect(!blind.isServerChecked)
    }

    @Test(
        arguments: [
            (nil, .invalid), ("", .invalid), ("{}", .invalid), ("made-up", .invalid),
            (String(repeating: "{\"a\":", count: 600), .invalid),
            (#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"Pod"}"#, .invalid),
            (#"{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential"}"#, .unsupported),
        ] as [(String?, ToolFailure.Code)])
    func `is refused where it is none, or of another version`(text: String?, code: ToolFailure.Code) {
        #expect { try ExecRequest(reading: text) } throws: { ($0 as? ToolFailure)?.code == code }
    }
}

@Suite("What a Kubernetes client presents")
struct ExecCredentialTests {
    private static let certificate = "-----BEGIN CERTIFICATE-----\nbWFkZS11cA==\n-----END CERTIFICATE-----\n"
    private static let key = "-----BEGIN PRIVATE KEY-----\nbWFkZS11cC1rZXk=\n-----END PRIVATE KEY-----\n"

    private static func members(_ credential: ExecCredential) throws -> [String: String] {
        let answer = try credential.answer().withExposedText { Data($0.utf8) }
        let document = try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
        #expect(document["apiVersion"] as? String == "client.authentication.k8s.io/v1")
        #expect(document["kind"] as? String == "ExecCredential")
        return try #require(document["status"] as? [String: String])
    }

    @Test func `is a token with its end, rounded down`() throws {
        let end = Date(timeIntervalSince1970: 1_893_456_000.9)
        #expect(
            try Self.members(.token(Secret("made-up-token"), expiresAt: end))
                == ["token": "made-up-token", "expirationTimestamp": "2030-01-01T00:00:00Z"])
        #expect(try Self.members(ExecCredential(reading: Secret("made-up-token\n"))) == ["token": "made-up-token"])
    }

    @Test func `is a certificate with its key, whatever stands around them`() throws {
        let kept = "Bag Attributes\n" + Self.key + "subject=CN = made up\r\n" + Self.certificate + Self.certificate
        #expect(
            try Self.members(ExecCredential(reading: Secret(kept)))
                == ["clientCertificateData": Self.certificate + Self.certificate, "clientKeyData": Self.key])
    }

    @Test func `keeps the lines of both, blank ones too, each with one end`() throws {
        let headed = Self.key.replacing("KEY-----\n", with: "KEY-----\nX-Made-Up: 1\n\n", maxReplacements: 1)
        let kept = (Self.certificate + headed).replacing("\n", with: "\r\n")
        #expect(
            try Self.members(ExecCredential(reading: Secret(kept)))
                == ["clientCertificateData": Self.certificate, "clientKeyData": headed])
    }

    @Test(arguments: [
        certificate, key, certificate + key + key, certificate + key.replacing("PRIVATE", with: "ENCRYPTED PRIVATE"),
        "made-up\ntoken", "made-up token", "", "made-up\u{0}", "-----BEGIN PRIVATE KEY-----\nmade-up",
    ])
    func `is neither half a pair nor what no header can hold`(value: String) {
        #expect {
            try ExecCredential(reading: Secret(value)).answer()
        } throws: { error in
            guard let failure = error as? ToolFailure else { return false }
            return failure.code == .unusableSecret && !failure.message.contains("made")
        }
    }
}
