// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// That bytes are no certificate.
public struct UnreadableCertificate: Error {}

/// Stands in for a certificate, which any text in PEM is to the fuzzer.
public struct NIOSSLCertificate: Sendable {
    private let bytes: [UInt8]

    /// Reads one.
    public static func fromPEMBytes(_ bytes: [UInt8]) throws -> [NIOSSLCertificate] {
        guard bytes.starts(with: "-----BEGIN ".utf8) else { throw UnreadableCertificate() }
        return [NIOSSLCertificate(bytes: bytes)]
    }

    /// What would be its bytes in DER.
    public func toDERBytes() throws -> [UInt8] { bytes }
}

/// Stands in for a private key.
public struct NIOSSLPrivateKey: Sendable {
    /// How a key is written.
    public enum Format: Sendable {
        /// In PEM.
        case pem
    }

    /// Reads one.
    public init(bytes: [UInt8], format: Format) throws {
        guard bytes.starts(with: "-----BEGIN ".utf8) else { throw UnreadableCertificate() }
    }
}

/// Stands in for what a TLS connection is made with.
public struct TLSConfiguration: Sendable {
    /// Where a certificate comes from.
    public enum CertificateSource: Sendable {
        /// From here.
        case certificate(NIOSSLCertificate)
    }

    /// Where a key comes from.
    public enum KeySource: Sendable {
        /// From here.
        case privateKey(NIOSSLPrivateKey)
    }

    /// Which authorities are believed.
    public enum TrustRoots: Sendable {
        /// The system's.
        case `default`
        /// These.
        case certificates([NIOSSLCertificate])
    }

    /// The certificates.
    public var certificateChain: [CertificateSource] = []
    /// Their key.
    public var privateKey: KeySource?
    /// The authorities.
    public var trustRoots: TrustRoots? = .default

    /// What a client is made with.
    public static func makeClientConfiguration() -> TLSConfiguration { TLSConfiguration() }
}

/// Stands in for the context that compares a certificate with its key.
public struct NIOSSLContext: Sendable {
    /// Makes one.
    public init(configuration: TLSConfiguration) throws {}
}
