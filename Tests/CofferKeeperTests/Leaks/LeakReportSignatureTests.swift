// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferKeeper

/// The key, the message and the signature are the example of GitHub's page "Secret scanning partner program", whose private key
/// GitHub alone has.
@Suite struct `The signature of GitHub over a report` {
    private static let message = #"[{"token":"some_token","type":"some_type","url":"some_url"}]"#
    private static let id = "90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a"
    private static let signature =
        "MEUCIQDKZokqnCjrRtw0tni+2Ltvl/uiMJ1EGumEsp1BsNr32AIgQY1YXD2nlj+XNfGK4rBfkMJ1JDOQcYXxa2sY8FNkrKc="
    private static let keys = """
        {"public_keys":[
          {"key_identifier":"made-up","key":"made-up","is_current":true},
          {"key_identifier":"\(id)",
           "key":"-----BEGIN PUBLIC KEY-----\\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9MJJHnMfn2+H4xL4YaPDA4RpJqUq\\nkCmRCBnYERxZanmcpzQSXs1X/AljlKkbJ8qpVIW4clayyef9gWhFbNHWAA==\\n-----END PUBLIC KEY-----\\n",
           "is_current":false}
        ]}
        """

    private static func check(
        _ message: String = message, _ signature: String = signature, id: String = id, keys: String = keys
    ) throws {
        try LeakReportSignature(signature, keyIdentifier: id, keys: Secret(keys)).check(Secret(message))
    }

    @Test func `is taken as GitHub's own example has it`() throws {
        try Self.check()
    }

    @Test func `over other bytes, by other keys or in another form is refused in one sentence`() {
        let cases: [(String, () throws -> Void)] = [
            ("not one of this report", { try Self.check(Self.message + "\n") }),
            ("not one of this report", { try Self.check(Self.message.replacing("some_token", with: "made_up_too")) }),
            ("no ECDSA signature in base64", { try Self.check(Self.message, "made-up") }),
            ("none of that identifier", { try Self.check(id: "f00") }),
            ("no public key on P-256", { try Self.check(id: "made-up") }),
            ("file of keys is not", { try Self.check(keys: "[]") }),
            ("file of keys is not", { try Self.check(keys: #"{"public_keys":[{"key":"made-up"}]}"#) }),
            ("file of keys is not", { try Self.check(keys: Self.keys + "x") }),
        ]
        for (text, check) in cases {
            let error = #expect(throws: KeeperError.self) { try check() }
            #expect(error?.code == .invalid && error?.message.contains(text) == true, "\(text)")
            #expect(error?.message.contains("made") == false)
        }
    }
}
