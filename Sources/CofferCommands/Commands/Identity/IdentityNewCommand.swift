// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// `coffer identity new`: a key of one's own, for a vault that somebody else owns.
struct IdentityNewCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make an identity of your own, for somebody else's vault.",
        discussion: """
            Prints the public part, one line that is no secret: send it to an owner of the vault, and tell them the \
            fingerprint by another channel. The key itself never leaves its file. An identity that is there is never \
            replaced.

              coffer identity new > public.txt
              coffer identity new --identity-file ci.identity
            """)

    /// Where it goes.
    @OptionGroup var file: IdentityFileOption

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Makes it, and prints the public part.
    func run() async throws {
        let context = CommandContext.current
        let made = try Keeper.newIdentity(try file.source(context))
        try context.output.write(output.json ? JSONText.document(NewIdentityView(made)) : made.publicText + "\n")
        if let path = made.path {
            context.diagnostics.note("the identity is in \(path); nobody else needs to see that file")
        }
        context.diagnostics.note("its fingerprint is \(made.fingerprint)")
        context.diagnostics.hint(
            "send the line to an owner, who runs: coffer identity add NAME --role ROLE --space SPACE; then: coffer identity accept"
        )
    }
}
