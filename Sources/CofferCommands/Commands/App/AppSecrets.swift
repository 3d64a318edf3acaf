// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferOAuth

/// The secrets that an app comes with: which there are, and where they are read from.
struct AppSecrets {
    /// Whether the client has a secret.
    let hasSecret: Bool

    /// The client configuration endpoint, whose token is the second secret.
    let registrationURI: String?

    /// Reads the secrets from standard input, a line each, or asks for them.
    ///
    /// - Returns: the request with its secrets.
    /// - Throws: as ``SecretInput/texts(_:)``.
    func added(to draft: NewApp, _ context: CommandContext) async throws -> NewApp {
        var app = draft
        var names = hasSecret ? ["client_secret"] : []
        if registrationURI != nil { names.append("registration access token") }
        guard !names.isEmpty else { return app }
        var secrets = try await SecretInput(context).texts(names)
        if let registrationURI {
            app.registration = RegistrationAccess(uri: registrationURI, token: secrets.removeLast())
        }
        app.clientSecret = secrets.first
        return app
    }
}
