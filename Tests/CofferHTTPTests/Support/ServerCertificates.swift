// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOSSL

/// A test authority and one certificate of it, for `acme.api.localhost` and `birch.api.localhost`, valid for a hundred years.
///
/// Made with openssl; the authority's key was thrown away, and the other key opens nothing but these tests.
enum ServerCertificates {
    static func authority() throws -> [NIOSSLCertificate] {
        try NIOSSLCertificate.fromPEMBytes(Array(authorityPEM.utf8))
    }

    static func serverContext() throws -> NIOSSLContext {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(leafPEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key)))
    }

    private static let authorityPEM = """
        -----BEGIN CERTIFICATE-----
        MIIBmDCCAT2gAwIBAgIUQqj6/nuHpc1EP5TskGPw8bv92WswCgYIKoZIzj0EAwIw
        IDEeMBwGA1UEAwwVQ29mZmVyIHRlc3QgYXV0aG9yaXR5MCAXDTI2MTEyMTE0NTMx
        M1oYDzIxMjYxMDI4MTQ1MzEzWjAgMR4wHAYDVQQDDBVDb2ZmZXIgdGVzdCBhdXRo
        b3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARw2bHpv37NdrS9S+AL0llI
        YghIwuwzfscmatJms33S33cxTOwR5BxxxiRq2RU7mmOh9xf1NICXzD46KICmWslF
        o1MwUTAdBgNVHQ4EFgQUpssRlM16Dc7HF2LF22V/P8Q4aR4wHwYDVR0jBBgwFoAU
        pssRlM16Dc7HF2LF22V/P8Q4aR4wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQD
        AgNJADBGAiEA3IQYAqexRun9yiGqi6dj4P8pPLA5Mc+vMhEafaB6bOkCIQDJnKqN
        9nctQtTTt23gBK5BsOwaoDlGAqjAfAggtGqW7g==
        -----END CERTIFICATE-----
        """

    private static let leafPEM = """
        -----BEGIN CERTIFICATE-----
        MIIB2TCCAX+gAwIBAgIUGmk/9jcMPmkTObs/VHPjqcSyrj8wCgYIKoZIzj0EAwIw
        IDEeMBwGA1UEAwwVQ29mZmVyIHRlc3QgYXV0aG9yaXR5MCAXDTI2MTEyMTE0NTMx
        M1oYDzIxMjYxMDI4MTQ1MzEzWjAdMRswGQYDVQQDDBJhY21lLmFwaS5sb2NhbGhv
        c3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATPgd7ug31+P4yl12BQaJp8Vylf
        hKOXcP9y4uSAeJB1+gyutztiVEt/yWwxdgPdEPokRlZYUbEWIaXfjUE/xqxNo4GX
        MIGUMDIGA1UdEQQrMCmCEmFjbWUuYXBpLmxvY2FsaG9zdIITYmlyY2guYXBpLmxv
        Y2FsaG9zdDATBgNVHSUEDDAKBggrBgEFBQcDATAJBgNVHRMEAjAAMB0GA1UdDgQW
        BBSnE59/bh6kH25nhEe+WLb+kmMtmTAfBgNVHSMEGDAWgBSmyxGUzXoNzscXYsXb
        ZX8/xDhpHjAKBggqhkjOPQQDAgNIADBFAiAbK8fEGbsxIPxGWQX+LTDDqGKMGOwO
        NdzjSINBvtKzJgIhAIazeDuHjjzLJ09gpGKqz3YQVHCBd6YfO3bFthRvgT0l
        -----END CERTIFICATE-----
        """

    private static let keyPEM = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2h2FCsTSYjaDssxj
        CDxjlmbw28S0JyU9Us5yrf8PxiehRANCAATPgd7ug31+P4yl12BQaJp8VylfhKOX
        cP9y4uSAeJB1+gyutztiVEt/yWwxdgPdEPokRlZYUbEWIaXfjUE/xqxN
        -----END PRIVATE KEY-----
        """
}
