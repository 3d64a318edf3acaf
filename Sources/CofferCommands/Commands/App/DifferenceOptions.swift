// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferOAuth

/// The options of `app add` that say what is different at this server.
struct DifferenceOptions: ParsableArguments {
    /// A certificate authority.
    @Option(
        help: ArgumentHelp("Certificates to trust for this app besides the system's, in PEM.", valueName: "file"))
    var caFile: String?

    /// Whether hosts may have private addresses.
    @Flag(help: "Let the provider's hosts have private addresses.")
    var privateNetwork = false

    /// Whether there is no secret.
    @Flag(name: .customLong("public"), help: "A client without a secret; the same as --client-auth none.")
    var isPublicClient = false

    /// How the client proves who it is.
    @Option(help: "How the client proves who it is at the token endpoint.")
    var clientAuth: ClientAuthenticationChoice?

    /// Whether tokens are bound to a key.
    @Flag(help: "Bind tokens to a key that each connection has made (DPoP, RFC 9449).")
    var dpop = false

    /// How a secret is proven.
    @Option(help: "How a secret is proven accepted or refused.")
    var secretProbe: SecretProbeChoice?

    /// What a revocation ends.
    @Option(help: "What revoking one token ends.")
    var revocationReach: RevocationReachChoice?

    /// How a narrower token is had.
    @Option(help: "How a token with less than the whole grant is had: see docs/narrowed-tokens.md.")
    var narrowing: NarrowingChoice?

    /// How long a token counts as living.
    @Option(
        help: ArgumentHelp(
            "Take no access token to live longer than that, whatever the provider says or leaves out: 30m, 2h.",
            valueName: "time"))
    var maxLifetime: DurationArgument?

    /// Whether there is no secret, whichever way that was said.
    var isPublic: Bool { isPublicClient || clientAuth == ClientAuthenticationChoice.none }

    /// Refuses a public client that authenticates, and a lifetime that would have tokens refreshed all the time.
    func validate() throws {
        if isPublicClient, let clientAuth, clientAuth != .none {
            throw ValidationError("a --public client has nothing to authenticate with; leave --client-auth out")
        }
        if let maxLifetime, maxLifetime.duration < .seconds(60) {
            throw ValidationError("--max-lifetime is at least 1m: with less, tokens would be refreshed all the time")
        }
    }

    /// Puts the differences into a request.
    ///
    /// - Returns: the request with the differences.
    /// - Throws: ``CommandError`` if the certificates cannot be read.
    func applied(to draft: NewApp) async throws -> NewApp {
        var app = draft
        if let caFile { app.certificateAuthorityPEM = try await CertificateFile.read(caFile) }
        app.allowsPrivateNetwork = privateNetwork
        app.maximumLifetime = maxLifetime?.duration
        app.overrides = DescriptionOverrides(
            clientAuthentication: clientAuth?.style, revocationReach: revocationReach?.reach,
            secretProbe: secretProbe?.method, dpop: dpop ? true : nil, narrowing: narrowing?.method)
        return app
    }
}
