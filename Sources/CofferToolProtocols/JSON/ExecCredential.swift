// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a Kubernetes client presents: a token, or a certificate with its key (client.authentication.k8s.io/v1,
/// `ExecCredentialStatus`).
package enum ExecCredential: Sendable {
    /// A token for `Authorization: Bearer`, with its end where it has one.
    case token(Secret, expiresAt: Date?)
    /// A client certificate, perhaps with those that signed it, and the key that goes with it, both as PEM (RFC 7468).
    case certificate(Secret, key: Secret)

    private struct Document: Encodable {
        var apiVersion = ExecRequest.apiVersion
        var kind = ExecRequest.kind
        let status: Status
    }

    private struct Status: Encodable {
        var token: String?
        var expirationTimestamp: String?
        var clientCertificateData: String?
        var clientKeyData: String?
    }

    /// Reads a static secret: certificate and key one behind the other as PEM, or else a token on one line.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret`.
    package init(reading value: Secret) throws(ToolFailure) {
        if let blocks = PEMBlocks(value) {
            guard let certificates = blocks.joined(where: { $0 == "CERTIFICATE" }),
                let key = blocks.only(where: { ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"].contains($0) })
            else {
                throw ToolFailure(
                    .unusableSecret,
                    "what is kept is PEM, and not a certificate with its one key, which is not encrypted")
            }
            self = .certificate(certificates, key: key)
        } else {
            self = .token(value.withoutLineEnd, expiresAt: nil)
        }
    }

    /// The one object that a client reads, and a line break.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret` for a token that no header can hold.
    package func answer() throws(ToolFailure) -> Secret {
        var status = Status()
        switch self {
        case .token(let token, let expiresAt):
            try token.requireToken()
            status.token = token.withExposedText { $0 }
            status.expirationTimestamp = expiresAt.map(ToolJSON.text)
        case .certificate(let certificate, let key):
            status.clientCertificateData = certificate.withExposedText { $0 }
            status.clientKeyData = key.withExposedText { $0 }
        }
        return ToolJSON.line(Document(status: status))
    }
}
