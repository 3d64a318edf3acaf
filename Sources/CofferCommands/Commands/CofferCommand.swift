// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// The `coffer` command: the nouns and verbs below it.
struct CofferCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "coffer",
        abstract: "Keep OAuth credentials alive, and replace them in the right order when one leaks.",
        discussion: """
            The first steps:
              coffer init
              coffer app add main/amocrm --provider amocrm --client-id ID
              coffer connect main/amocrm/acme
              coffer token main/amocrm/acme

            When a client_secret leaked:
              coffer rotate main/amocrm --leak

            Secrets come from a hidden prompt, standard input or a descriptor, never from an argument. Data goes to \
            standard output, everything else to standard error. What the exit statuses mean stands in \
            docs/exit-status.md, the environment variables in docs/environment.md.
            """,
        version: "coffer \(CofferVersion.number)",
        groupedSubcommands: [
            CommandGroup(name: "First", subcommands: [InitCommand.self, AppCommand.self, ConnectCommand.self]),
            CommandGroup(
                name: "Everyday",
                subcommands: [
                    TokenCommand.self, RunCommand.self, InjectCommand.self, AgentCommand.self, ProxyCommand.self,
                    RefreshCommand.self, StatusCommand.self,
                ]),
            CommandGroup(name: "Tool", subcommands: [BindCommand.self, HelperCommand.self]),
            CommandGroup(name: "Leak", subcommands: [RotateCommand.self, LeakCommand.self, AuditCommand.self]),
            CommandGroup(
                name: "Entry",
                subcommands: [
                    PutCommand.self, GetCommand.self, ListCommand.self, RemoveCommand.self, BundleCommand.self,
                ]),
            CommandGroup(
                name: "Upkeep",
                subcommands: [
                    BackupCommand.self, RestoreCommand.self, VerifyCommand.self, RekeyCommand.self, UpgradeCommand.self,
                    DoctorCommand.self, MigrateCommand.self,
                ]),
            CommandGroup(name: "People", subcommands: [IdentityCommand.self, SpaceCommand.self]),
            CommandGroup(
                name: "Provider", subcommands: [ProviderCommand.self, WebhookCommand.self, SandboxCommand.self]),
        ])
}
