// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CPlatform
import CofferKeeper

/// `coffer doctor`: what the vault rests on, what is wrong with it, and how to mend that.
struct DoctorCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check everything the vault rests on, and say how to mend what is wrong.",
        discussion: """
            Files and folders, room on the disk, SQLite's settings and the file's integrity, or those of the database, the \
            identity, the providers of the apps and whether what is pinned of them is still the present description, the \
            clock, and what keeps secrets out of swap and core files. Nothing is changed, and no secret is sent. It goes on \
            where the vault can't be opened. It ends with 0 if nothing failed.

              coffer doctor
              coffer doctor --offline --json
            """)

    /// Whether nothing is sent.
    @Flag(help: "Ask no provider.")
    var offline = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Makes the checks and shows what they found.
    func run() async throws {
        let context = CommandContext.current
        let location = try options.location(context)
        let isDumpable = coffer_is_dumpable() != 0
        let network = context.network()
        let doctor = Doctor(
            location, effects: VaultOptions.effects(context, network), isDumpable: isDumpable, isOffline: offline
        ) { [environment = context.environment] in try? ProviderLibrary(environment).entry(id: $0) }
        let findings = await doctor.examine()
        await network.shutdown()
        try DoctorSheet(findings: findings).write(list.format, in: context)
        if let worst = FailureSeverity.worst(findings.compactMap(\.code).map(ExitStatus.init(code:))) {
            throw PrintedOutcome(status: worst)
        }
    }
}
