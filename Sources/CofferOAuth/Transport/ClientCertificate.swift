// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
internal import Crypto
internal import NIOSSL

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A certificate that the app shows of itself, with its key (RFC 8705).
package struct ClientCertificate: Sendable, Equatable {
    /// The certificate and what leads from it to an authority, in PEM, its own first (RFC 8446 §4.4.2).
    package let chainPEM: String
    /// Its private key in PEM.
    package let key: Secret

    /// Takes what was joined before, as it was stored; it is not looked at until it is shown.
    package init(storedChainPEM: String, key: Secret) {
        chainPEM = storedChainPEM
        self.key = key
    }

    /// Joins a certificate with its key.
    ///
    /// - Throws: `configuration` if one of them is not PEM, or the key is not the certificate's.
    package init(chainPEM: String, key: Secret) throws(OAuthError) {
        self.chainPEM = chainPEM
        self.key = key
        let (chain, privateKey) = try parts
        // BoringSSL compares the two where it takes them in.
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateChain = chain.map { .certificate($0) }
        tls.privateKey = .privateKey(privateKey)
        // Nobody is connected to: without this the system's certificates would be read from disk.
        tls.trustRoots = .certificates([])
        guard (try? NIOSSLContext(configuration: tls)) != nil else {
            throw OAuthError(.configuration, "The private key is not the certificate's.")
        }
    }

    /// SHA-256 of the certificate, in base64url: what a token that is bound to it holds as `x5t#S256` (RFC 8705 §3.1).
    package var thumbprint: String? {
        guard let certificate = try? parts.0.first, let bytes = try? certificate.toDERBytes() else { return nil }
        return Data(SHA256.hash(data: bytes)).base64URLEncodedString()
    }

    /// The certificate in DER and base64, as `x5c` has it (RFC 7517 §4.7).
    var base64: String? {
        guard let certificate = try? parts.0.first, let bytes = try? certificate.toDERBytes() else { return nil }
        return Data(bytes).base64EncodedString()
    }

    /// Both as the TLS library takes them.
    var parts: ([NIOSSLCertificate], NIOSSLPrivateKey) {
        get throws(OAuthError) {
            let chain = (try? NIOSSLCertificate.fromPEMBytes(Array(chainPEM.utf8))) ?? []
            guard !chain.isEmpty else {
                throw OAuthError(.configuration, "The app's certificate is not PEM.")
            }
            let privateKey = key.withExposedBytes { try? NIOSSLPrivateKey(bytes: Array($0), format: .pem) }
            guard let privateKey else {
                throw OAuthError(.configuration, "The key of the app's certificate is no private key in PEM.")
            }
            return (chain, privateKey)
        }
    }
}

// MARK: - Hashable

extension ClientCertificate: Hashable {
    /// Hashes what is public; equality looks at the key too.
    package func hash(into hasher: inout Hasher) { hasher.combine(chainPEM) }
}
