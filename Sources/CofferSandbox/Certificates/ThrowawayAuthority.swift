// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// A certificate authority that exists for one run, and the one certificate it issued.
///
/// Its private key is dropped as soon as that certificate is signed, and never touches the disk; the host names it may
/// certify are confined to those under `.localhost` (RFC 5280 §4.2.1.10). Whoever goes on trusting it is no worse off.
struct ThrowawayAuthority: Sendable {
    /// The authority's certificate for clients to trust.
    let certificatePEM: String
    /// The server's side: leaf, its key, TLS 1.2 or later.
    let serverConfiguration: TLSConfiguration

    /// How long both certificates are valid, from an hour before now (clocks differ) to a week on.
    private static let validity = (before: TimeInterval(3_600), after: TimeInterval(7 * 86_400))

    /// Makes the keys and signs both certificates.
    ///
    /// - Parameters:
    ///   - domain: what the certificate is for: this name, those under it, and the loopback names.
    ///   - now: the real time, which clients compare with.
    /// - Throws: what the certificate library throws; it has no reason to.
    init(domain: String, now: Date) throws {
        let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let subject = try DistinguishedName {
            OrganizationName("Coffer")
            CommonName("Coffer sandbox, throw-away authority")
        }
        let start = now.addingTimeInterval(-Self.validity.before)
        let end = now.addingTimeInterval(Self.validity.after)
        let authorityID = SubjectKeyIdentifier(hash: authorityKey.publicKey)
        let authority = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: authorityKey.publicKey, notValidBefore: start,
            notValidAfter: end, issuer: subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                // No range of addresses: BoringSSL refuses a chain with that kind of constraint.
                Critical(NameConstraints(permittedSubtrees: [.dnsName("localhost")], excludedSubtrees: []))
                authorityID
            }, issuerPrivateKey: authorityKey)

        let leafKey = P256.Signing.PrivateKey()
        let leafPublicKey = Certificate.PublicKey(leafKey.publicKey)
        let leaf = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: leafPublicKey, notValidBefore: start, notValidAfter: end,
            issuer: subject, subject: try DistinguishedName { CommonName(domain) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                // ECDHE signs only; there is no RSA key transport to allow (RFC 8446 §4.4.2.2).
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([
                    .dnsName(domain), .dnsName("*." + domain), .dnsName("localhost"),
                    .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                ])
                AuthorityKeyIdentifier(keyIdentifier: authorityID.keyIdentifier)
                SubjectKeyIdentifier(hash: leafPublicKey)
            }, issuerPrivateKey: authorityKey)

        certificatePEM = try authority.serializeAsPEM().pemString + "\n"
        var serializer = DER.Serializer()
        try serializer.serialize(leaf)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: serializer.serializedBytes, format: .der))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(leafKey.pemRepresentation.utf8), format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        serverConfiguration = configuration
    }

    /// The server's side with a certificate of another authority, as good as this one but for its signature, for the
    /// handshakes that a fault says.
    func configuration(swapping service: SandboxService) throws -> TLSConfiguration {
        let other = try ThrowawayAuthority(domain: service.provider.label + ".localhost", now: Date())
            .serverConfiguration
        var configuration = serverConfiguration
        configuration.sslContextCallback = { values, promise in
            var override = NIOSSLContextConfigurationOverride.noChanges
            let label = values.serverHostname.map { String($0.prefix { $0 != "." }) }
            if service.faults.swapsCertificate(label: label) {
                override.certificateChain = other.certificateChain
                override.privateKey = other.privateKey
            }
            promise.succeed(override)
        }
        return configuration
    }
}
