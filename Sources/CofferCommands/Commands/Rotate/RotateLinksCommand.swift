// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferRotation

/// `coffer rotate links`.
struct RotateLinksCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "links", abstract: "Print links by which accounts log in again that a rotation left to a person.",
        discussion: """
            Send each to whoever owns the account: it works in any browser, holds no secret and is the same whenever it is \
            printed. The address at which that browser ends is what the command beside it takes, at a prompt or on standard \
            input, whole and from whoever is an issuer. Accounts that are connected again meanwhile are left out. Where a \
            provider takes no such link there is the command alone, which opens the page itself.

              coffer rotate links
              coffer rotate links --json
            """)

    /// Which rotation.
    @Argument(help: "The rotation; the newest unless named.")
    var id: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Writes the links.
    func run() async throws {
        try await options.withKeeper { keeper, context in
            let report = try await RotationChoice.report(id, keeper)
            let sheet = LoginLinkSheet(rotation: report.id, links: try await keeper.loginLinks(of: report))
            try context.output.write(output.json ? JSONText.document(sheet) : sheet.text)
            if sheet.links.isEmpty { context.diagnostics.note("no account has to log in again") }
        }
    }
}
