// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

/// The expected values were computed with Python 3.11's `hashlib`, which has its own BLAKE2b:
/// `hashlib.blake2b(message, digest_size=32, key=bytes(range(32)), salt=bytes(16), person=label.ljust(16, b"\0"))`.
@Suite struct KeyedHashTests {
    private static let key = [UInt8](0..<32)

    @Test(arguments: [
        ("", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"),
        ("abc", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"),
    ])
    func `a hash is BLAKE2b with 32 bytes`(message: String, expected: String) {
        let bytes = Array(message.utf8)
        #expect(Digest(hashing: bytes).description == expected)
        #expect(bytes.withUnsafeBytes { Digest(hashingSecret: $0) }.description == expected)
    }

    @Test(arguments: [
        ("", "4e51e7a913fc80137da52880fecca175bf81e117d5c68126dc2774033517ea0d"),
        ("main/amocrm", "14c0d661fda547b26cecae722bd180ac781d92e5986dd9a0e3d94b0c1adad078"),
    ])
    func `a tag is BLAKE2b with a key`(message: String, expected: String) throws {
        let key = try SecretKey<Hashing>.of(Self.key)
        #expect(try key.tag(Array(message.utf8)).description == expected)
    }

    @Test(arguments: [
        ("coffer.id.x25519", "6fb1ac697305439ba877d2596588df741085eb929392835833abf5a3661beace"),
        ("coffer.id.ed2551", "83b5574c83a67430363a78332e4d05a51b978305da1119382d6a9e52cb607990"),
        ("coffer.box.use", "42504e2e9c6608acc53c5d0ec0690631a19ce94802393ce9ad1a3d682e2a0b3f"),
        ("coffer.box.issue", "3b25e6ac31dac234088c9e9f73303bac9ed0f84549553d929565db0ebf27efed"),
        ("coffer.box.jrnl", "93eae8528e6ea0275a56fd106ebaf779c891104d87827d3d76f5af66fb2b926a"),
        ("coffer.box.spill", "e74f7c5b85d51a3cc062c00ae0dacba74837ab0077ee8613fc51f25e2edcd9b9"),
        ("coffer.lookup", "2d04341f2599f3d20815786cbfcd54b84fa4692767f51f40e6a13c98e526ab34"),
        ("coffer.trace", "90079b5cd96469b506414cff00d7fc6b9bd83e4986848c431a94dd1ba7c97ef8"),
    ])
    func `a derived key is BLAKE2b with the label as personalisation`(label: String, expected: String) throws {
        let derived = try Self.derive(label, context: [])
        #expect(derived == expected)
    }

    @Test func `the context of a derivation is its message`() throws {
        #expect(
            try Self.derive("coffer.id.check", context: Array("context".utf8))
                == "6ebd5e85a2b0090cafb5b7c7e85f55894f870fb23dc6b876bcbf1f01a73f0a6c")
    }

    /// `KeyLabel` takes a `StaticString`, so that no label is made at run time; a parameterised test needs the table.
    private static func derive(_ label: String, context: [UInt8]) throws -> String {
        let labels: [String: KeyLabel] = [
            "coffer.id.x25519": KeyLabel("coffer.id.x25519"), "coffer.id.ed2551": KeyLabel("coffer.id.ed2551"),
            "coffer.id.check": KeyLabel("coffer.id.check"), "coffer.box.use": KeyLabel("coffer.box.use"),
            "coffer.box.issue": KeyLabel("coffer.box.issue"), "coffer.box.jrnl": KeyLabel("coffer.box.jrnl"),
            "coffer.box.spill": KeyLabel("coffer.box.spill"), "coffer.lookup": KeyLabel("coffer.lookup"),
            "coffer.trace": KeyLabel("coffer.trace"),
        ]
        let key = try SecretKey<Deriving>.of(key)
        return try key.derive(try #require(labels[label]), context: context, as: Hashing.self).exposedText()
    }

    @Test func `digests of different bytes differ`() throws {
        let zero = try Digest([UInt8](repeating: 0, count: 32))
        #expect(zero == .zero)
        for position in 0..<32 {
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes[position] = 1
            #expect(try Digest(bytes) != .zero)
        }
    }
}
