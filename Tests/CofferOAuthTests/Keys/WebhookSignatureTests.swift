// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Foundation
import Testing

/// The vector is that of the specification's own libraries (github.com/standard-webhooks/standard-webhooks).
@Suite struct `The signature of a webhook` {
    private static let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private static let body = Array(#"{"test": 2432232314}"#.utf8)
    private static let sent: Int64 = 1_614_265_330
    private static let value = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    private static func check(
        id: String? = id, timestamp: String? = "\(sent)", signatures: String? = value, body: [UInt8] = body,
        after seconds: Double = 0
    ) throws -> WebhookSignature.Verdict {
        let now = Date(timeIntervalSince1970: Double(sent) + seconds)
        return try WebhookSignature(key: Secret(key))
            .check(id: id, timestamp: timestamp, signatures: signatures, body: body, now: now)
    }

    @Test func `is that of the specification's libraries`() throws {
        let signature = try WebhookSignature(key: Secret(Self.key + "\n"))
        #expect(signature.value(id: Self.id, timestamp: Self.sent, body: Self.body) == Self.value)
        #expect(try Self.check() == .valid)
    }

    @Test func `is wrong over any other byte, id or time, and by another key`() throws {
        for index in Self.body.indices {
            var changed = Self.body
            changed[index] ^= 1
            #expect(try Self.check(body: changed) == .wrong)
        }
        #expect(try Self.check(id: Self.id + "x") == .wrong)
        #expect(try Self.check(timestamp: "\(Self.sent + 1)") == .wrong)
        #expect(try Self.check(signatures: "v1,aaaa v1a,bbbb") == .wrong)
        #expect(try Self.check(signatures: "") == .wrong)
        let other = try WebhookSignature(key: Secret("whsec_" + Data(repeating: 7, count: 24).base64EncodedString()))
        let now = Date(timeIntervalSince1970: Double(Self.sent))
        #expect(
            other.check(id: Self.id, timestamp: "\(Self.sent)", signatures: Self.value, body: Self.body, now: now)
                == .wrong)
    }

    @Test func `is taken among others, as while a key is replaced`() throws {
        #expect(try Self.check(signatures: "v1a,AAAA v1,AAAA \(Self.value)") == .valid)
    }

    @Test(arguments: [(300.0, true), (-300, true), (301, false), (-301, false)])
    func `is good for five minutes, both ways`(seconds: Double, isValid: Bool) throws {
        #expect(try Self.check(after: seconds) == (isValid ? .valid : .outOfTime))
    }

    @Test func `is none where a field is missing or is none`() throws {
        #expect(try Self.check(id: nil) == .malformed)
        #expect(try Self.check(id: "") == .malformed)
        #expect(try Self.check(id: "a.b") == .malformed)
        #expect(try Self.check(timestamp: nil) == .malformed)
        #expect(try Self.check(signatures: nil) == .malformed)
        for text in ["", "-1", "1e9", "+\(Self.sent)", " \(Self.sent)", "99999999999999999999"] {
            #expect(try Self.check(timestamp: text) == .malformed, "\(text)")
        }
    }

    @Test func `is made with a key of 24 to 64 bytes and nothing else`() throws {
        func key(_ count: Int) -> Secret { Secret("whsec_" + Data(repeating: 1, count: count).base64EncodedString()) }
        for count in [24, 64] { _ = try WebhookSignature(key: key(count)) }
        let bad = [
            key(23), key(65), Secret(""), Secret("whsec_"), Secret("whsec_!"), Secret("made-up"),
            Secret(String(Self.key.dropFirst(6))), Secret("\(Self.key) \(Self.key)"),
        ]
        for text in bad { #expect(throws: WebhookSignature.InvalidKey.self) { try WebhookSignature(key: text) } }
    }
}
