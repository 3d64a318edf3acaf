// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferOAuth

/// The options of `token` that ask for less than the whole of a connection.
struct NarrowingOptions: ParsableArguments {
    /// The scopes.
    @Option(help: ArgumentHelp("These scopes only, with spaces between them.", valueName: "scopes"))
    var scope: String?

    /// Whom the token is for, by name.
    @Option(help: ArgumentHelp("For this audience, by the name that the server knows.", valueName: "name"))
    var audience: String?

    /// Whom the token is for, by address.
    @Option(help: ArgumentHelp("For this resource, by its address (RFC 8707).", valueName: "uri"))
    var resource: String?

    /// Refuses what no server understands.
    func validate() throws {
        for (name, value) in [("scope", scope), ("audience", audience), ("resource", resource)]
        where value?.allSatisfy(\.isWhitespace) == true {
            throw ValidationError("--\(name) is empty; leave it out for the whole token")
        }
        do {
            _ = try TokenNarrowing(scope: scope, audience: audience, resource: resource)
        } catch {
            throw ValidationError(CommandError.clause(error.message))
        }
    }

    /// What is asked for; nil for the whole.
    var narrowing: TokenNarrowing? {
        get throws { try TokenNarrowing(scope: scope, audience: audience, resource: resource) }
    }
}
