// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferOAuth

/// The options of `app add` that say which client it is.
struct RegistrationOptions: ParsableArguments {
    /// A provider of the catalogue.
    @Option(
        help: ArgumentHelp("A provider that Coffer knows; see: coffer provider list.", valueName: "id"),
        completion: PathCompletion.providers)
    var provider: String?

    /// What differs from one customer of the provider to another.
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A setting that the provider needs, as tenant=contoso.example; see: coffer provider show.",
            valueName: "name=value"))
    var settings: [String] = []

    /// The issuer of any other server.
    @Option(help: ArgumentHelp("Any server with RFC 8414 or OpenID discovery.", valueName: "url"))
    var issuer: String?

    /// The client id.
    @Option(help: ArgumentHelp("The client's id at the provider.", valueName: "id"))
    var clientId: String?

    /// Where the browser comes back to.
    @Option(help: ArgumentHelp("Where the browser comes back to, exactly as registered.", valueName: "uri"))
    var redirectUri: String?

    /// The scope to ask for.
    @Option(help: ArgumentHelp("The scope to ask for, words separated by spaces.", valueName: "scope"))
    var scope: String?

    /// The client configuration endpoint.
    @Option(
        help: ArgumentHelp(
            "The client configuration endpoint (RFC 7592), so that a leaked secret is replaced without a person.",
            valueName: "url"))
    var registrationUri: String?

    /// Whether the client is registered now.
    @Flag(help: "Register the client at its server now (RFC 7591); without --redirect-uri, for itself alone.")
    var register = false

    /// The name that people see.
    @Option(help: ArgumentHelp("With --register: the name that people see when asked for consent.", valueName: "name"))
    var clientName: String?

    /// Whether a token lets us register.
    @Flag(help: "With --register: an initial access token is given as the one line of standard input, or asked for.")
    var initialToken = false

    /// What somebody says of the client.
    @Option(
        help: ArgumentHelp(
            "With --register: a file with a software statement, which somebody whom the server trusts has signed.",
            valueName: "file"))
    var softwareStatement: String?

    /// A sandbox that stands in for the provider.
    @Option(help: ArgumentHelp("A sandbox on this machine in the provider's place.", valueName: "url"))
    var sandbox: String?

    /// One of provider and issuer is needed.
    func validate() throws {
        switch (provider, issuer) {
        case (nil, nil): throw ValidationError("name the provider with --provider, or a server with --issuer")
        case (_?, _?): throw ValidationError("--provider and --issuer exclude each other")
        default: break
        }
        if !settings.isEmpty && provider == nil { throw ValidationError("--set goes with --provider") }
        if register, clientId != nil || registrationUri != nil {
            throw ValidationError("with --register the server gives the client's id and its registration")
        }
        if !register, clientName != nil || initialToken || softwareStatement != nil {
            throw ValidationError("--client-name, --initial-token and --software-statement go with --register")
        }
        if sandbox != nil && provider == nil { throw ValidationError("--sandbox goes with --provider") }
    }
}

extension RegistrationOptions {
    /// The provider's description with its settings; nil if a server was named by its issuer.
    ///
    /// It is looked up first, so that nobody types a secret for a provider that is unknown.
    ///
    /// - Throws: ``CommandError``; ``OAuthError`` `configuration` for a setting that is missing, unknown or malformed.
    func described(_ environment: [String: String]) throws -> ProviderDescription? {
        guard let provider else { return nil }
        return try ProviderLibrary(environment).entry(id: provider).described(with: ProviderSettings.values(settings))
    }
}
