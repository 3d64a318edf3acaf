// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Stands in for jwt-kit's keys, with which parsers sign nothing.
public actor JWTKeyCollection {
    /// What RSA signs.
    public enum Digest: Sendable {
        /// SHA-256.
        case sha256
    }

    /// Holds none.
    public init() {}

    /// Takes a key.
    public func add(ecdsa key: ES256PrivateKey) {}
    /// Takes a key.
    public func add(eddsa key: EdDSA.PrivateKey) {}
    /// Takes a key.
    public func add(rsa key: Insecure.RSA.PrivateKey, digestAlgorithm: Digest) {}

    /// Signs nothing.
    public func sign(_ payload: some JWTPayload, header: JWTHeader) throws -> String { throw UnreadableKey() }
}
