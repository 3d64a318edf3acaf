// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The options of `connect` that say how the account is authorised.
struct ConnectOptions: ParsableArguments {
    /// Whether the callback is pasted.
    @Flag(help: "Paste the callback's address, at a prompt or on standard input.")
    var paste = false

    /// Whether a refresh token is brought along.
    @Flag(help: "Take a refresh token from a hidden prompt or standard input; it is refreshed at once.")
    var importRefreshToken = false

    /// Whether the app connects itself.
    @Flag(help: "Connect the app itself, without an account (RFC 6749 §4.4).")
    var clientCredentials = false

    /// The account's host.
    @Option(help: ArgumentHelp("The account's host, where the provider has one for each.", valueName: "host"))
    var accountHost: String?

    /// The scope.
    @Option(help: ArgumentHelp("The scope to ask for instead of the app's.", valueName: "scope"))
    var scope: String?

    /// How long the person is waited for.
    @Option(help: ArgumentHelp("How long to wait for the browser or the paste.", valueName: "time"))
    var timeout = DurationArgument(.seconds(300))

    /// Whether no browser is opened.
    @Flag(help: "Open no browser; print the address only.")
    var noBrowser = false

    /// Refuses two ways, and no time.
    func validate() throws {
        if [paste, importRefreshToken, clientCredentials].count(where: { $0 }) > 1 {
            throw ValidationError("--paste, --import-refresh-token and --client-credentials exclude each other")
        }
        if timeout.duration <= .zero { throw ValidationError("--timeout is longer than nothing, as 5m") }
    }

    /// The way that was chosen.
    var way: ConnectWay {
        if importRefreshToken { return .refreshToken }
        if clientCredentials { return .clientCredentials }
        return paste ? .paste : .browser
    }
}
