// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferToolProtocols

@Suite("AWS' credentials")
struct AWSCredentialsTests {
    private static func read(_ text: String) throws -> AWSCredentials { try AWSCredentials(reading: Secret(text)) }

    @Test func `are written as a credential_process prints them, with nothing besides`() throws {
        let read = try Self.read(
            """
            {"SecretAccessKey": "made-up/secret+key=", "AccessKeyId": "MADEUPKEYID", "SessionToken": "made-up-session",
             "Expiration": "2030-01-01T00:00:00+00:00", "AccountId": "123456789012", "Note": "of mine"}
            """)
        #expect(
            read.answer
                == Secret(
                    #"{"AccessKeyId":"MADEUPKEYID","AccountId":"123456789012","Expiration":"2030-01-01T00:00:00+00:00","#
                        + #""SecretAccessKey":"made-up/secret+key=","SessionToken":"made-up-session","Version":1}"#
                        + "\n"))
        #expect(read.expiresAt == Date(timeIntervalSince1970: 1_893_456_000))
    }

    @Test func `need no session and no end`() throws {
        let read = try Self.read(#"{"Version":1,"AccessKeyId":"MADEUPKEYID","SecretAccessKey":"made-up-secret"}"#)
        #expect(read.expiresAt == nil)
        #expect(
            read.answer
                == Secret(#"{"AccessKeyId":"MADEUPKEYID","SecretAccessKey":"made-up-secret","Version":1}"# + "\n"))
    }

    @Test(arguments: [
        ("made-up-secret", "no JSON object"), ("[\"made-up-secret\"]", "no JSON object"),
        (#"{"AccessKeyId":"made-up"}"#, "no JSON object"),
        (#"{"AccessKeyId":"made-up","SecretAccessKey":7}"#, "no JSON object"),
        (#"{"AccessKeyId":"","SecretAccessKey":"made-up"}"#, "AccessKeyId"),
        (#"{"AccessKeyId":"a","SecretAccessKey":"made-up\nsecret"}"#, "SecretAccessKey"),
        (#"{"AccessKeyId":"a","SecretAccessKey":"b","SessionToken":"made\u0000up"}"#, "SessionToken"),
        (#"{"AccessKeyId":"a","SecretAccessKey":"b","Expiration":"made-up"}"#, "Expiration"),
        (#"{"AccessKeyId":"a","SecretAccessKey":"b","Version":2}"#, "Version"),
        (String(repeating: "[", count: 513), "no JSON object"),
    ])
    func `are refused in words that hold nothing of them`(text: String, word: String) {
        #expect {
            try Self.read(text)
        } throws: { error in
            guard let failure = error as? ToolFailure else { return false }
            return failure.code == .unusableSecret && failure.message.contains(word)
                && !failure.message.contains("made")
        }
    }
}
