// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferOAuth

/// Asks for what an app's registration leaves out, if there is a terminal to ask on.
struct AppQuestions {
    /// Where to ask.
    private let context: CommandContext

    /// Asks in a context.
    init(_ context: CommandContext) {
        self.context = context
    }

    /// The request for an app, complete but for its secrets.
    ///
    /// - Throws: ``CommandError`` with the code `usage` if something is missing and nobody can be asked.
    func app(_ options: RegistrationOptions) async throws -> NewApp {
        let provider = try options.described(context.environment)
        let clientID = options.register ? "" : try await answer(options.clientId, "client id", option: "--client-id")
        var app = NewApp(clientID: clientID)
        app.provider = provider
        app.settings = try ProviderSettings.values(options.settings)
        app.issuer = options.issuer
        app.scope = options.scope
        app.sandboxURL = options.sandbox
        app.redirectURI = options.redirectUri
        if provider?.sendsRedirectOnRefresh == true {
            // Such a provider compares it with each refresh: an app without one could never refresh.
            app.redirectURI = try await answer(options.redirectUri, "redirect URI", option: "--redirect-uri")
        }
        return app
    }

    /// What was given, or else a person's answer.
    private func answer(_ given: String?, _ name: String, option: String) async throws -> String {
        if let given { return given }
        guard context.input.isTerminal, context.terminal.isPresent else {
            throw CommandError("usage", message: "the \(name) is missing", hint: "give it with \(option)")
        }
        let answer = try await context.terminal.line(name)
        guard !answer.isEmpty else { throw CommandError("input_empty", message: "nothing was entered") }
        return answer
    }
}
