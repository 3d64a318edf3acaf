// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

/// A person's visit to the provider's authorization page, and the way back.
struct BrowserVisit {
    /// How often an address that is not the answer may be pasted: mistakes happen, guessing is useless.
    private static let pasteTries = 3

    /// The app.
    let registration: ClientRegistration

    /// What is asked for.
    let scopes: [String]

    /// What was chosen.
    let options: ConnectOptions

    /// Where to print and ask.
    let context: CommandContext

    /// The attempt behind a link that the person was given; nil for one that begins now.
    let linked: AuthorizationAttempt?

    /// Where the browser goes for an attempt.
    let address: (AuthorizationAttempt) async throws -> String

    /// Waits for the browser to come back to this machine.
    ///
    /// - Throws: `OAuthError`; ``CommandError`` with the code `no_answer` at the deadline.
    func listen() async throws -> AuthorizationCode {
        let listener = try await openListener()
        try await send(listener.attempt)
        let wait = RelativeTime.text(options.patience)
        context.diagnostics.note("waiting at most \(wait) for the browser to come back to this machine")
        do {
            let code = try await listener.callback(deadline: options.patience)
            tellStrays(listener)
            return code
        } catch let error as OAuthError where error.code == .timedOut {
            tellStrays(listener)
            throw CommandError(
                "no_answer", message: "nobody came back from the browser in time",
                hint: "try again with --timeout, or with --paste where the browser is on another machine")
        }
    }

    /// Takes the address that the browser ended at, from the person or from standard input.
    ///
    /// - Throws: `OAuthError`, ``CommandError``.
    func paste() async throws -> AuthorizationCode {
        let attempt = try linked ?? makeAttempt(redirectURI: nil)
        if linked == nil { try await send(attempt) }
        let parser = CallbackParser(attempt)
        guard context.input.isTerminal else {
            let deadline = options.patience
            let text = try await context.input.contents(limit: CallbackParser.longestByteCount, deadline: deadline)
            guard !text.isEmpty else {
                throw CommandError(
                    "input_empty", message: "standard input holds no callback",
                    hint: "give the whole address that the browser ended at, or run it on a terminal")
            }
            return try text.withExposedText { text throws(OAuthError) in try parser.parse(text) }
        }
        context.diagnostics.note(
            linked == nil
                ? "then paste the whole address that it ends at, even if that page does not open"
                : "paste the whole address at which the browser of the account's owner ended")
        return try await ask(parser)
    }

    private func ask(_ parser: CallbackParser) async throws -> AuthorizationCode {
        var tries = 1
        while true {
            let answer = try await context.terminal.line("callback address", deadline: options.patience)
            switch Result(catching: { () throws(OAuthError) in try parser.parse(answer) }) {
            case .success(let code):
                return code
            case .failure(let error):
                guard error.code == .callbackMismatch, tries < Self.pasteTries else { throw error }
                context.diagnostics.warn(CommandError.clause(error.message))
                tries += 1
            }
        }
    }

    /// Opens the listener; the one place that says where it listens.
    private func openListener() async throws -> LoopbackListener {
        try await LoopbackListener.open(registered: registration.redirectURI) { redirectURI in
            try makeAttempt(redirectURI: redirectURI)
        }
    }

    private func makeAttempt(redirectURI: String?) throws -> AuthorizationAttempt {
        let provider = registration.provider
        if provider.endpoints.authorization?.needsAccountHost == true, options.accountHost == nil {
            throw CommandError(
                "usage", message: "\(provider.displayName) has an address for each account",
                hint: "name the account's host with --account-host")
        }
        return try AuthorizationAttempt(
            registration, redirectURI: redirectURI, scopes: scopes, accountHost: options.accountHost,
            resource: options.resource)
    }

    /// Shows the address on standard error, whole and by itself at the line's end, and opens it if that can be done.
    private func send(_ attempt: AuthorizationAttempt) async throws {
        let url = try await address(attempt)
        context.diagnostics.note("open this page in the browser and log in to the account: \(url)")
        guard !options.noBrowser, context.openBrowser(url) else { return }
        context.diagnostics.note("it was opened in the browser of this machine")
    }

    private func tellStrays(_ listener: LoopbackListener) {
        guard listener.strayCount > 0 else { return }
        context.diagnostics.warn("\(listener.strayCount) callbacks came that were not the answer to this attempt")
    }
}
