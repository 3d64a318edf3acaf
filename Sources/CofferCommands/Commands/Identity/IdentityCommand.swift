// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer identity`: who may open what.
struct IdentityCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "identity", abstract: "The identities: who may open what.",
        discussion: """
            Nobody's key is ever shown to anybody. Somebody who is to open your vault:

              they:  coffer identity new > public.txt
              you:   coffer identity add ci --role reader --space main < public.txt > invitation.txt
              they:  coffer identity accept < invitation.txt

            Both compare a fingerprint by another channel. A reader opens access tokens and static secrets, an issuer also \
            client secrets and refresh tokens and writes, an owner also decides who belongs.
            """,
        subcommands: [
            IdentityNewCommand.self, IdentityAddCommand.self, IdentityAcceptCommand.self, IdentityListCommand.self,
            IdentityShowCommand.self, IdentityRemoveCommand.self, IdentityRepinCommand.self,
            IdentityProtectCommand.self, IdentityUnprotectCommand.self,
        ])
}
