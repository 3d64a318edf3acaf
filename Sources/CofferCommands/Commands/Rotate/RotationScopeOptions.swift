// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where a rotation begins, if not at an app that is named.
struct RotationScopeOptions: ParsableArguments {
    /// The leaked string, on standard input.
    @Option(
        help: ArgumentHelp(
            "A leaked string on standard input: finds out what it is, and what it calls for.", valueName: "-"))
    var leaked: String?

    /// A connection.
    @Option(
        help: ArgumentHelp("The tokens of this connection leaked.", valueName: "path"),
        completion: PathCompletion.connections)
    var connection: String?

    /// An identity.
    @Option(help: ArgumentHelp("The identity of this name leaked: everything it could read.", valueName: "name"))
    var identity: String?

    /// A time.
    @Option(help: ArgumentHelp("Whatever was handed to anybody from this time on leaked.", valueName: "time"))
    var since: TimeArgument?

    /// Whether nobody is asked.
    @Flag(help: "Do what --leaked, --identity or --since calls for, without asking.")
    var yes = false

    /// The scopes that were named.
    var named: [String] {
        [
            leaked.map { _ in "--leaked" }, connection.map { _ in "--connection" }, identity.map { _ in "--identity" },
            since.map { _ in "--since" },
        ].compactMap(\.self)
    }

    /// Whether what is to be done is shown, and asked about, before it is done.
    var isAskedAbout: Bool { leaked != nil || identity != nil || since != nil }

    /// Refuses a secret as an argument, without repeating it, and a --yes to nothing.
    func validate() throws {
        if let leaked, leaked != "-" {
            throw ValidationError(
                "--leaked takes a hyphen, for standard input: what is an argument is seen by every user of the machine")
        }
        if yes && !isAskedAbout { throw ValidationError("--yes goes with --leaked, --identity or --since") }
    }

    /// The beginning, once the string was read.
    func scope(_ string: Secret?, _ path: CredentialPath?, now: Date) -> LeakScope {
        if let string { return .string(string) }
        if let path { return .connection(path) }
        if let identity { return .identity(identity) }
        return .since(since?.date(now: now) ?? now)
    }
}
