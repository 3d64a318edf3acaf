// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `signing keys` {
    @Test(arguments: [
        (TestKeys.p256, SigningKey.Algorithm.es256), (TestKeys.ed25519, .eddsa), (TestKeys.rsa, .rs256),
    ]) func `are read as OpenSSL writes them, and sign as their kind does`(
        _ pem: Secret, _ algorithm: SigningKey.Algorithm
    ) throws {
        #expect(try SigningKey(pem: pem).algorithm == algorithm)
    }

    @Test(arguments: [
        TestKeys.shortRSA, TestKeys.encrypted, Secret(""), Secret("x"), Secret(TestKeys.certificate),
    ]) func `that are no keys, encrypted or too short are refused without being repeated`(_ pem: Secret) throws {
        let error = #expect(throws: OAuthError(.configuration, "")) { try SigningKey(pem: pem) }
        #expect(error?.message.contains("BEGIN") == false)
    }

    @Test func `are made, each another, and read back the same`() throws {
        for algorithm in [SigningKey.Algorithm.es256, .eddsa] {
            let (one, other) = (try SigningKey.generate(algorithm), try SigningKey.generate(algorithm))
            #expect(one.publicKey != other.publicKey)
            #expect(try SigningKey(pem: one.pem) == one)
            #expect(one.algorithm == algorithm)
        }
        #expect(throws: OAuthError(.unsupported, "")) { try SigningKey.generate(.rs256) }
    }

    /// RFC 7638 §3.1 and RFC 8037 appendix A.3.
    @Test func `have the thumbprints of the RFCs`() {
        let n = """
            0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3\
            oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA\
            ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-\
            kEgU8awapJzKnqDKgw
            """
        #expect(PublicJWK.rsa(n: n, e: "AQAB").thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(
            PublicJWK.ed25519(x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").thumbprint
                == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test func `show their public half alone, by the name that was given`() throws {
        let key = try ClientKey(SigningKey(pem: TestKeys.ed25519), id: "key-7")
        #expect(
            key.publicKeySet.text.hasPrefix(
                #"{"keys":[{"alg":"EdDSA","crv":"Ed25519","kid":"key-7","kty":"OKP","use":"sig","x":""#))
        #expect(!key.publicKeySet.text.contains(#""d":"#))
        #expect(try ClientKey(SigningKey(pem: TestKeys.ed25519)).id == key.key.publicKey.thumbprint)
    }

    @Test(arguments: ["", "a b", "a\"b", "a\\b", "é", String(repeating: "x", count: 256)])
    func `have names that can stand in JSON as they are`(_ id: String) throws {
        let key = try SigningKey(pem: TestKeys.ed25519)
        #expect(throws: OAuthError(.configuration, "")) { try ClientKey(key, id: id) }
    }

    @Test func `a certificate that was stored is believed, and is the same as before`() throws {
        let stored = ClientCertificate(storedChainPEM: TestKeys.certificate, key: TestKeys.certificateKey)
        #expect(try stored == ClientCertificate(chainPEM: TestKeys.certificate, key: TestKeys.certificateKey))
        #expect(stored.thumbprint == TestKeys.certificateThumbprint)
        // No look into it: that would be one at every record that is read.
        #expect(ClientCertificate(storedChainPEM: "x", key: Secret("x")).thumbprint == nil)
    }

    @Test func `a certificate goes with its own key only`() throws {
        let certificate = try ClientCertificate(chainPEM: TestKeys.certificate, key: TestKeys.certificateKey)
        #expect(certificate.thumbprint == TestKeys.certificateThumbprint)
        #expect(throws: OAuthError(.configuration, "")) {
            try ClientCertificate(chainPEM: TestKeys.certificate, key: TestKeys.p256)
        }
        #expect(throws: OAuthError(.configuration, "")) {
            try ClientCertificate(chainPEM: "x", key: TestKeys.certificateKey)
        }
        #expect(throws: OAuthError(.configuration, "")) {
            try ClientCertificate(chainPEM: TestKeys.certificate, key: Secret("x"))
        }
    }
}
