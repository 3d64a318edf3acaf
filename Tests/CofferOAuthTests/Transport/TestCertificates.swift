// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOSSL

/// A test authority and one certificate of it, for `play.localhost` and 127.0.0.1, valid for a hundred years.
///
/// Made with openssl; the authority's key was thrown away, and the other key opens nothing but these tests.
enum TestCertificates {
    static let authorityPEM = """
        -----BEGIN CERTIFICATE-----
        MIIBpjCCAU2gAwIBAgIUbMY5muvMUZXq0DXT8C2LsAcJpVgwCgYIKoZIzj0EAwIw
        IDEeMBwGA1UEAwwVQ29mZmVyIHRlc3QgYXV0aG9yaXR5MCAXDTI2MTEyMTAzNTAw
        OFoYDzIxMjYxMDI4MDM1MDA4WjAgMR4wHAYDVQQDDBVDb2ZmZXIgdGVzdCBhdXRo
        b3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQLv4d+36sO9bXXX5Xh7qsP
        gW/hScIlrWj1TMe/s2Vi2BKOTTEg7AQudjIfjlhm7QUZNqh7Z018wALf/RFC3sRh
        o2MwYTAdBgNVHQ4EFgQUCdg7D/9NPaH1XtUQjmgqg1n57KEwHwYDVR0jBBgwFoAU
        Cdg7D/9NPaH1XtUQjmgqg1n57KEwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8E
        BAMCAgQwCgYIKoZIzj0EAwIDRwAwRAIgZh6OYU/d5ENOJbMVKExPnmvIB2V5bTuK
        PbPQ8Lgn38QCIAJPf63PTvSfAh2G8KUVMBgz6dpyK3J0KxsZhXG2u/lH
        -----END CERTIFICATE-----
        """

    static func serverContext() throws -> NIOSSLContext {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(leafPEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key)))
    }

    /// A server that wants one certificate of its clients and no other.
    static func serverContext(
        demanding certificate: String, from low: TLSVersion, to high: TLSVersion
    ) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(leafPEM.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)))
        configuration.minimumTLSVersion = low
        configuration.maximumTLSVersion = high
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)))
        return try NIOSSLContext(configuration: configuration)
    }

    private static let leafPEM = """
        -----BEGIN CERTIFICATE-----
        MIIBwjCCAWigAwIBAgIUDLnuZ0yFH/Yronky7H/GnJfS7G4wCgYIKoZIzj0EAwIw
        IDEeMBwGA1UEAwwVQ29mZmVyIHRlc3QgYXV0aG9yaXR5MCAXDTI2MTEyMTAzNTAw
        OVoYDzIxMjYxMDI4MDM1MDA5WjAZMRcwFQYDVQQDDA5wbGF5LmxvY2FsaG9zdDBZ
        MBMGByqGSM49AgEGCCqGSM49AwEHA0IABFf/anGUwE3WqvbFxTZAKynQzYxTPsr7
        osaBxW3wq+rSCzULxJWdv4x/KbJ0faxPmDvZNTZ8HCkqtHkyFg9KdamjgYQwgYEw
        HwYDVR0RBBgwFoIOcGxheS5sb2NhbGhvc3SHBH8AAAEwEwYDVR0lBAwwCgYIKwYB
        BQUHAwEwCQYDVR0TBAIwADAdBgNVHQ4EFgQUm5CsXWOQIjzzCHrkW0R26SQvocQw
        HwYDVR0jBBgwFoAUCdg7D/9NPaH1XtUQjmgqg1n57KEwCgYIKoZIzj0EAwIDSAAw
        RQIgTEbkNXzKn1zsyHRlhRH9Gf8qq0IA6b64yKeukbkYHFACIQDRW4LdocTRNt12
        ZtPqOug56Tuvom5Yk9wKuvhBxtEGFw==
        -----END CERTIFICATE-----
        """

    private static let keyPEM = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEQaEojyhKK+YUvZf
        MadENbJrcp5P8jCHebOI33GjIROhRANCAARX/2pxlMBN1qr2xcU2QCsp0M2MUz7K
        +6LGgcVt8Kvq0gs1C8SVnb+MfymydH2sT5g72TU2fBwpKrR5MhYPSnWp
        -----END PRIVATE KEY-----
        """
}
