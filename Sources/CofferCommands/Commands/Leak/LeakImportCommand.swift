// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferRotation

/// `coffer leak import`: which findings of a scanner are ours, and what they call for.
struct LeakImportCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Say which findings of a report are ours, and replace what they call for.",
        discussion: """
            Reads the JSON of gitleaks, of TruffleHog (--json) and of GitHub secret scanning from a file or standard input. Each \
            finding is told by its fingerprint, as by coffer audit trace; what is not ours is counted and never shown. What is ours \
            is shown with the places where it was found, and what all of it calls for: each app and connection once, the worst first. \
            It is done after a yes, or with --yes; without either the status is 85 and nothing is changed.

            GitHub signs what it sends to partners: with --signature-key, --signature and --key-identifier a report that it did not \
            sign is refused whole. The keys are at https://api.github.com/meta/public_keys/secret_scanning.

              gitleaks git --report-format json --report-path report.json; coffer leak import report.json
              trufflehog git file://. --json | coffer leak import --yes
              coffer leak import alert.json --signature-key keys.json --signature M… --key-identifier f9…
            """)

    /// The report.
    @Argument(
        help: ArgumentHelp("The report; a hyphen or nothing for standard input.", valueName: "file"),
        completion: .file())
    var file: String?

    /// Who wrote it.
    @Option(help: "Who wrote it, if its first finding does not tell: gitleaks, trufflehog or github.")
    var format: LeakReportFormat?

    /// What GitHub signed it with.
    @OptionGroup(title: "Signature of GitHub") var signature: ReportSignatureOptions

    /// What readers get while apps are rotated.
    @OptionGroup var taint: TaintOptions

    /// Whether only the plan is shown.
    @Flag(help: "Show what is ours and the plan, and change nothing.")
    var dryRun = false

    /// Whether nobody is asked.
    @Flag(help: "Do what the findings call for, without asking.")
    var yes = false

    /// Who is told of it.
    @OptionGroup(title: "Who is told") var notify: NotifyOptions

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses what contradicts itself.
    func validate() throws {
        if yes && dryRun { throw ValidationError("--yes and --dry-run exclude each other") }
        if signature.isGiven, let format, format != .github {
            throw ValidationError("--signature is GitHub's, and --format \(format.rawValue) is another's")
        }
    }

    /// Reads the report, shows what is ours, and does what it calls for.
    func run() async throws {
        let text = try await ReportInput.read(file, CommandContext.current)
        // Before the vault is opened: a report that GitHub did not sign leaves no trace there.
        try await signature.given()?.check(text)
        let report = try LeakReport(text, format: signature.isGiven ? .github : format)
        try await options.withKeeper(notify: notify) { keeper, context in
            let plan = try await keeper.leakPlan(for: report, taint: taint.strength)
            let extent: LeakRun.Extent = dryRun ? .plan : yes ? .deed : .question
            try await LeakRun(keeper: keeper, context: context, isJSON: output.json)
                .run(ImportedLeak(plan, isSigned: signature.isGiven), extent)
        }
    }
}

extension LeakReportFormat: ExpressibleByArgument {}
