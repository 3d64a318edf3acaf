// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer rotate hooks`: who is told of rotations from this machine.
struct RotateHooksCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "hooks",
        abstract: "Show or set who is told when tokens are tainted, a person is needed, and it is over.",
        discussion: """
            A program gets a JSON document on standard input; a webhook the same by POST, signed as the Standard Webhooks \
            specification says with a key that is a static secret in the vault: see docs/hooks.md. Both are set for this vault on \
            this machine, for this user alone: nothing in a vault can have a program run or an address called. A hook that fails \
            stops no rotation.

              coffer rotate hooks
              coffer rotate hooks --notify-command /usr/local/libexec/tell-the-team
              coffer rotate hooks --webhook https://alerts.example.com/coffer --key main/hook-key
              coffer rotate hooks --no-webhook
            """)

    /// The program.
    @OptionGroup(title: "Program") var notify: NotifyOptions

    /// Where notices are sent.
    @Option(help: ArgumentHelp("Where notices are sent: https, or plain HTTP to this machine.", valueName: "url"))
    var webhook: String?

    /// What they are signed with.
    @Option(help: ArgumentHelp("The static secret in the vault that they are signed with: whsec_…", valueName: "path"))
    var key: String?

    /// Whom to believe there.
    @Option(help: ArgumentHelp("Certificates in PEM to believe there besides the system's.", valueName: "file"))
    var caFile: String?

    /// Whether no program is told any more.
    @Flag(help: "Tell no program any more.")
    var noNotifyCommand = false

    /// Whether nothing is sent any more.
    @Flag(help: "Send notices nowhere any more.")
    var noWebhook = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses what contradicts itself, and halves.
    func validate() throws {
        if notify.command != nil && noNotifyCommand {
            throw ValidationError("--notify-command and --no-notify-command exclude each other")
        }
        if webhook != nil && noWebhook { throw ValidationError("--webhook and --no-webhook exclude each other") }
        guard (webhook == nil) == (key == nil) else {
            throw ValidationError("--webhook and --key go together: what is not signed can be made up by anybody")
        }
        if caFile != nil && webhook == nil { throw ValidationError("--ca-file goes with --webhook") }
    }

    /// Sets what is to be set, and writes what is in force.
    func run() async throws {
        let key = try key.map { try CredentialPath($0) }
        var authorities: String?
        if let caFile { authorities = try await CertificateFile.read(caFile) }
        try await options.withKeeper { keeper, context in
            if let webhook, let key {
                try await keeper.setWebhook(webhook, signedWith: key, certificateAuthorityPEM: authorities)
            }
            if let command = notify.command { try keeper.setNotifyCommand(command) }
            if noNotifyCommand { try keeper.setNotifyCommand(nil) }
            if noWebhook { try keeper.removeWebhook() }
            let view = try keeper.hooks()
            try context.output.write(output.json ? JSONText.document(view) : view.facts.text)
        }
    }
}
