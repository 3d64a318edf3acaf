// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// The option of commands that work on an identity's file and open no vault.
struct IdentityFileOption: ParsableArguments {
    /// The identity's file.
    @Option(help: ArgumentHelp("The identity's file.", valueName: "file"))
    var identityFile: String?

    /// Where the identity is, or is to be: the flag, the environment, or the default.
    ///
    /// - Throws: `KeeperError` with the code `usage`.
    func source(_ context: CommandContext) throws -> IdentitySource {
        try VaultLocation.resolve(environment: context.environment, vault: "-", identityFile: identityFile).identity
    }
}
