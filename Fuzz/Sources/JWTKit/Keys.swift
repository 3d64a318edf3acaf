// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// That a text is no key.
public struct UnreadableKey: Error {}

/// Stands in for a key on P-256, which any text in PEM is to the fuzzer.
///
/// What reads PEM is BoringSSL and swift-asn1, which have fuzzers of their own; here the way around them is looked at.
public struct ES256PrivateKey: Sendable {
    /// Where the public half would lie.
    public struct PublicKey: Sendable {
        /// The coordinates, in base64.
        public var parameters: (x: String, y: String)? { ("AAAA", "AAAA") }
    }

    /// The text.
    public let pemRepresentation: String
    /// The public half.
    public let publicKey = PublicKey()

    /// Reads one.
    public init(pem: some StringProtocol) throws {
        guard pem.hasPrefix("-----BEGIN ") else { throw UnreadableKey() }
        pemRepresentation = String(pem)
    }

    /// Makes one.
    public init() { pemRepresentation = "-----BEGIN PRIVATE KEY-----" }
}

/// Stands in for keys for Ed25519; nothing is one.
public enum EdDSA {
    /// A private one.
    public struct PrivateKey: Sendable {
        /// The public half.
        public struct PublicKey: Sendable {
            /// Its bytes.
            public var rawRepresentation: Data { Data() }
        }

        /// The text.
        public var pemRepresentation: String { "" }
        /// The public half.
        public var publicKey: PublicKey { PublicKey() }

        /// Reads one.
        public init(pem: some StringProtocol) throws { throw UnreadableKey() }
        /// Makes one.
        public init() throws { throw UnreadableKey() }
    }
}

/// Stands in for keys for RSA; nothing is one.
public enum Insecure {
    /// RSA.
    public enum RSA {
        /// A private one.
        public struct PrivateKey: Sendable {
            /// The public half.
            public struct PublicKey: Sendable {
                /// Modulus and exponent.
                public func getKeyPrimitives() throws -> (modulus: Data, publicExponent: Data) { throw UnreadableKey() }
            }

            /// The public half.
            public var publicKey: PublicKey { PublicKey() }

            /// Reads one.
            public init(pem: some StringProtocol) throws { throw UnreadableKey() }
        }
    }
}
