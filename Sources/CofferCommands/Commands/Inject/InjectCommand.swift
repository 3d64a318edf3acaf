// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferInjection
import CofferKeeper

/// `coffer inject`: writes secrets where a program reads its settings.
struct InjectCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "inject", abstract: "Fill references in a template, or write variables in a program's format.",
        usage: """
            coffer inject [TEMPLATE] [--output FILE]
            coffer inject --format FORMAT [--env NAME=coffer://PATH] [--env-file FILE] [--output FILE]
            """,
        discussion: """
            In a template each {{ coffer://PATH#FIELD }} becomes what it stands for, and every other byte stays as it is.

              coffer inject config.yml.tpl --output config.yml
              coffer inject < nginx.tpl | ssh web 'cat > nginx.conf'

            With --format no template is needed. A value that the format has no way to say is refused, never changed:

              coffer inject --format dotenv --env TOKEN=coffer://main/amocrm/acme --output .env
              vars=$(coffer inject --format shell --env TOKEN=coffer://main/amocrm/acme) && eval "$vars"
              coffer inject --format github --env TOKEN=coffer://main/amocrm/acme

            A file is written whole or not at all, with mode 0600. Where a program can be started by Coffer, coffer run writes no \
            file at all. docs/inject.md says which reader each format is for.

            Where coffer agent serves this vault and no identity is named, the agent is asked for values and access tokens, and \
            no identity is needed; not with --reason and --pin, nor where one reference is to another field.
            """)

    /// The template.
    @Argument(help: "The template's file; standard input without it.", completion: .file())
    var template: String?

    /// The format.
    @Option(help: "Write variables, in this format.")
    var format: InjectFormat?

    /// The variables.
    @OptionGroup(title: "Variables") var variables: InjectVariables

    /// The file.
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The file to write, instead of standard output.", valueName: "file"))
    var output: String?

    /// Whether a file that is there may be replaced.
    @Flag(help: "Replace the file if it is there; never the vault or the identity.")
    var force = false

    /// Whether it may be shown on a terminal.
    @OptionGroup var revealing: RevealOption

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Refuses what does not belong together.
    func validate() throws {
        if force, output == nil { throw ValidationError("--force goes with --output") }
        if format == nil, variables.areNamed || variables.reserved {
            throw ValidationError("--env, --env-file and --reserved go with --format")
        }
        guard let format else { return }
        if template != nil { throw ValidationError("--format goes with --env and --env-file, not with a template") }
        if !variables.areNamed { throw ValidationError("--format needs variables: name them with --env or --env-file") }
        if format == .github, output != nil {
            throw ValidationError("github writes to the file that GITHUB_ENV names; --output is not for it")
        }
    }

    /// Writes the text; until all of it is there, nothing is written.
    func run() async throws {
        let context = CommandContext.current
        let target = try output.map { try TargetFile($0, replacing: force, sparing: options.location(context)) }
        if target == nil { try revealing.check(context) }
        if format == .github {
            let step = try GitHubStep(context.environment)
            return try step.set(try await variables.values(options, agent), context.output)
        }
        let text =
            if let writer = format?.writer {
                try writer.text(of: try await variables.values(options, agent))
            } else {
                try await FilledTemplate.text(of: template, options, agent, context)
            }
        if let target { try target.write(text) } else { try context.output.write(text) }
    }
}
