// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer audit`: who did what, and what a leak means.
struct AuditCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Ask the record of events: who did what, whether it is whole, what leaked.",
        discussion: """
            Every access is an event in the chain of the identity that made it. Owners read them all.

              coffer audit show --path main/amocrm --since 2h
              coffer audit verify
              coffer audit trace < found-string.txt
              coffer audit exposure --identity ci
            """,
        subcommands: [
            AuditShowCommand.self, AuditVerifyCommand.self, AuditTraceCommand.self, AuditExposureCommand.self,
            AuditPolicyCommand.self,
        ],
        defaultSubcommand: AuditShowCommand.self)
}
