// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Crypto
import Foundation
import Testing

/// Signatures by keys that are made here.
@Suite struct `The signature of GitHub beside a message` {
    private static let message = #"[{"token":"made-up","type":"t","url":"","source":"content"}]"#

    private static func signature(_ key: P256.Signing.PrivateKey, of message: String = message) throws -> String {
        try key.signature(for: Data(message.utf8)).derRepresentation.base64EncodedString()
    }

    @Test func `is valid over these bytes by this key alone`() throws {
        let (key, other) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
        let signature = try Self.signature(key)
        func verdict(_ message: String, _ key: P256.Signing.PrivateKey) -> MessageSignature.Verdict {
            MessageSignature.check(signature, of: Secret(message), by: key.publicKey.pemRepresentation)
        }
        #expect(verdict(Self.message, key) == .valid)
        #expect(verdict(Self.message, other) == .wrong)
        #expect(verdict(Self.message + "\n", key) == .wrong)
        #expect(verdict("", key) == .wrong)
        let bytes = Array(Self.message.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            let verdict = MessageSignature.check(
                signature, of: Secret(bytes: changed), by: key.publicKey.pemRepresentation)
            #expect(verdict == .wrong, "byte \(index)")
        }
    }

    @Test func `with any byte of it changed is no valid one`() throws {
        let key = P256.Signing.PrivateKey()
        let der = try #require(Data(base64Encoded: try Self.signature(key)))
        for index in der.indices {
            var changed = der
            changed[index] ^= 1
            let verdict = MessageSignature.check(
                changed.base64EncodedString(), of: Secret(Self.message), by: key.publicKey.pemRepresentation)
            #expect(verdict != .valid, "byte \(index)")
        }
    }

    @Test(arguments: ["", "made-up", "AAAA", "MEUCIQ==", "****"])
    func `that is none is told from a wrong one`(_ signature: String) {
        let key = P256.Signing.PrivateKey()
        let verdict = MessageSignature.check(
            signature, of: Secret(Self.message), by: key.publicKey.pemRepresentation)
        #expect(verdict == .unreadable)
    }

    @Test func `needs a public key on P-256`() throws {
        let signature = try Self.signature(P256.Signing.PrivateKey())
        for pem in ["", "made-up", P384.Signing.PrivateKey().publicKey.pemRepresentation] {
            #expect(MessageSignature.check(signature, of: Secret(Self.message), by: pem) == .unusableKey)
        }
    }
}
