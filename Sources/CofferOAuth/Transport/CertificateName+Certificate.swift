// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOSSL

extension CertificateName {
    /// Whether one of the certificate's DNS names is that of the host; an address was checked by NIOSSL.
    static func matches(_ host: String, _ certificate: NIOSSLCertificate?) -> Bool {
        if IPAddress(host) != nil { return true }
        guard let certificate else { return false }
        return certificate._subjectAlternativeNames().contains { name in
            name.nameType == .dnsName && matches(host, pattern: String(decoding: name.contents, as: UTF8.self))
        }
    }
}
