// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferOAuth

/// The options of `app add` for clients that prove who they are with a key or a certificate.
struct KeyOptions: ParsableArguments {
    /// The kinds of keys that are made here.
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        /// P-256.
        case es256
        /// Ed25519.
        case eddsa

        /// How it signs.
        var algorithm: SigningKey.Algorithm { self == .es256 ? .es256 : .eddsa }
    }

    /// The words of `--assertion-audience`.
    enum Audience: String, CaseIterable, ExpressibleByArgument {
        /// The issuer.
        case issuer
        /// The token endpoint's address.
        case tokenEndpoint = "token-endpoint"

        /// The description's word for it.
        var value: ProviderDescription.AssertionAudience { self == .issuer ? .issuer : .tokenEndpoint }
    }

    /// A key that is made here.
    @Option(help: "Make a key for --client-auth private-key-jwt; its public half is printed, to be registered.")
    var newKey: Kind?

    /// A key that is there.
    @Option(
        help: ArgumentHelp(
            "The private key for it, in PEM (P-256, Ed25519 or RSA), in a file that nobody else may read, or /dev/fd/N.",
            valueName: "file"))
    var keyFile: String?

    /// The key's name.
    @Option(help: ArgumentHelp("The key's id at the provider; its thumbprint (RFC 7638) unless told.", valueName: "id"))
    var keyId: String?

    /// Whom assertions are for.
    @Option(help: "Whom the key signs for; token-endpoint is for servers that take nothing else.")
    var assertionAudience: Audience?

    /// A certificate.
    @Option(
        help: ArgumentHelp(
            "The certificate that the app shows (RFC 8705), in PEM, its chain behind it.", valueName: "file"))
    var certificateFile: String?

    /// Its key.
    @Option(help: ArgumentHelp("The certificate's private key, as --key-file.", valueName: "file"))
    var certificateKeyFile: String?

    /// Refuses halves.
    func validate() throws {
        if newKey != nil, keyFile != nil { throw ValidationError("--new-key and --key-file exclude each other") }
        if keyId != nil, newKey == nil, keyFile == nil {
            throw ValidationError("--key-id goes with --new-key or --key-file")
        }
        if assertionAudience != nil, newKey == nil, keyFile == nil {
            throw ValidationError("--assertion-audience goes with --new-key or --key-file")
        }
        if (certificateFile == nil) != (certificateKeyFile == nil) {
            throw ValidationError("--certificate-file and --certificate-key-file go together")
        }
    }

    /// Puts key and certificate into a request.
    ///
    /// - Throws: ``CommandError`` if a file cannot be read, ``OAuthError`` `configuration` if it holds something else.
    func applied(to draft: NewApp) async throws -> NewApp {
        var app = draft
        app.overrides.assertionAudience = assertionAudience?.value
        if let newKey { app.clientKey = try ClientKey(SigningKey.generate(newKey.algorithm), id: keyId) }
        if let keyFile { app.clientKey = try ClientKey(SigningKey(pem: await KeyFile.read(keyFile)), id: keyId) }
        if let certificateFile, let certificateKeyFile {
            app.clientCertificate = try ClientCertificate(
                chainPEM: await CertificateFile.read(certificateFile), key: await KeyFile.read(certificateKeyFile))
            app.overrides.usesCertificate = true
        }
        return app
    }
}
