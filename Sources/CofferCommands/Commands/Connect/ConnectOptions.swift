// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferOAuth

/// The options of `connect` that say how the account is authorised.
struct ConnectOptions: ParsableArguments {
    /// Whether the callback is pasted.
    @Flag(help: "Paste the callback's address, at a prompt or on standard input.")
    var paste = false

    /// Whether a code is shown.
    @Flag(help: "Show a code to enter in a browser on any device (RFC 8628).")
    var device = false

    /// Whether a refresh token is brought along.
    @Flag(help: "Take a refresh token from a hidden prompt or standard input; it is refreshed at once.")
    var importRefreshToken = false

    /// Whether the event of an installation is brought along.
    @Flag(help: "Take the event of an installation, a whole request, from standard input; its refresh token is used.")
    var event = false

    /// Whether the app connects itself.
    @Flag(help: "Connect the app itself, without an account (RFC 6749 §4.4).")
    var clientCredentials = false

    /// The account's host.
    @Option(help: ArgumentHelp("The account's host, where the provider has one for each.", valueName: "host"))
    var accountHost: String?

    /// The scope.
    @Option(help: ArgumentHelp("The scope to ask for instead of the app's.", valueName: "scope"))
    var scope: String?

    /// Whom the tokens are for.
    @Option(help: ArgumentHelp("Whom the tokens are for, by address (RFC 8707).", valueName: "uri"))
    var resource: String?

    /// How long the person is waited for.
    @Option(
        help: ArgumentHelp(
            "How long to wait for the person: 5m unless told, or with --device as long as the code lives.",
            valueName: "time"))
    var timeout: DurationArgument?

    /// The rotation whose link was given to the account's owner.
    @Option(
        help: ArgumentHelp(
            "The rotation whose link (coffer rotate links) was used: paste the address at which that browser ended.",
            valueName: "rotation"))
    var link: String?

    /// Whether no browser is opened.
    @Flag(help: "Open no browser; print the address only.")
    var noBrowser = false

    /// Refuses two ways, and no time.
    func validate() throws {
        if [paste, device, importRefreshToken, event, clientCredentials].count(where: { $0 }) > 1 {
            throw ValidationError(
                "--paste, --device, --import-refresh-token, --event and --client-credentials exclude each other")
        }
        if device, accountHost != nil {
            throw ValidationError("--account-host goes with an address of the account's own, which no device code has")
        }
        if link != nil, device || importRefreshToken || event || clientCredentials || namesRequest {
            throw ValidationError("--link goes with --paste alone: what is asked for stands in the link")
        }
        if let resource {
            guard !importRefreshToken, !event, !clientCredentials else {
                throw ValidationError("--resource goes with a person's consent; ask with coffer token --resource later")
            }
            do {
                _ = try TokenNarrowing(resource: resource)
            } catch {
                throw ValidationError(CommandError.clause(error.message))
            }
        }
        if let timeout, timeout.duration <= .zero { throw ValidationError("--timeout is longer than nothing, as 5m") }
    }

    /// Whether something of the request is chosen.
    private var namesRequest: Bool { accountHost != nil || scope != nil || resource != nil }

    /// How long a person is waited for who has no code that ends.
    var patience: Duration { timeout?.duration ?? .seconds(300) }

    /// The way that was chosen.
    var way: ConnectWay {
        if device { return .device }
        if importRefreshToken { return .refreshToken }
        if event { return .event }
        if clientCredentials { return .clientCredentials }
        return paste || link != nil ? .paste : .browser
    }
}
