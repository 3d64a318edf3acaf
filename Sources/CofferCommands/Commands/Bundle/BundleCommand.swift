// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer bundle`: what one identity may read, in one file.
struct BundleCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Lend what one identity may read, in one sealed file.",
        usage: """
            coffer bundle --for <name> --output <file> [<prefix> ...] [--life <time>]
            coffer bundle collect <file>
            """,
        discussion: """
            For a job that cannot reach the vault: COFFER_VAULT names the file, and the identity it was made for opens it. Making it \
            hands out everything in it. It ends with its first token, and its end binds honest programs only: long jobs \
            use a shared vault.

              coffer bundle --for ci --output ci.bundle ci/
              COFFER_VAULT=ci.bundle coffer get ci/npm-token
              coffer bundle collect ci.bundle
            """,
        subcommands: [BundleMakeCommand.self, BundleCollectCommand.self],
        defaultSubcommand: BundleMakeCommand.self)
}
