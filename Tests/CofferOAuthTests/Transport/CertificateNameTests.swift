// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferOAuth

@Suite struct `the name in a certificate` {
    @Test(arguments: [
        ("acme.amocrm.ru", "acme.amocrm.ru"), ("acme.amocrm.ru", "*.amocrm.ru"), ("acme.amocrm.ru", "*.AMOCRM.ru"),
        ("localhost", "localhost"), ("a.play.localhost", "*.play.localhost"),
    ]) func `is the host's or a wildcard for its first label`(_ host: String, _ pattern: String) {
        #expect(CertificateName.matches(host, pattern: pattern))
    }

    @Test(arguments: [
        ("amocrm.ru", "*.amocrm.ru"), ("a.b.amocrm.ru", "*.amocrm.ru"), ("acme.amocrm.ru", "*.ru"), ("acme.ru", "*.ru"),
        ("acme.amocrm.ru", "a*.amocrm.ru"), ("acme.amocrm.ru", "*"), ("acme.amocrm.ru", "*.*.ru"),
        ("acme.amocrm.ru", ""),
        ("acme.amocrm.ru", "evil.example"),
    ]) func `is nothing else`(_ host: String, _ pattern: String) {
        #expect(!CertificateName.matches(host, pattern: pattern))
    }
}
