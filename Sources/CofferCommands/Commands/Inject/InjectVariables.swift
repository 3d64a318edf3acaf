// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferInjection

/// The variables that `inject` writes in a format, and where they come from.
struct InjectVariables: ParsableArguments {
    /// References by name.
    @Option(
        name: .customLong("env"),
        help: ArgumentHelp("A variable, and what it stands for; may be given again.", valueName: "name=coffer://…"))
    var named: [VariableAssignment] = []

    /// Files of variables.
    @Option(
        help: ArgumentHelp("Variables, NAME=VALUE on each line without quotes; may be given again.", valueName: "file"))
    var envFile: [String] = []

    /// Whether reserved names may be set.
    @Flag(help: "Allow variables that decide how programs run, too: PATH, HOME, LD_… and others.")
    var reserved = false

    /// Whether any is named.
    var areNamed: Bool { !named.isEmpty || !envFile.isEmpty }

    /// Reads them, each name once, sorted by it.
    ///
    /// - Throws: ``CommandError``, with the variable's name; what the vault or the agent throws.
    func values(_ options: VaultOptions, _ agent: AgentOption) async throws -> [NamedValue] {
        let files = try await EnvironmentFile.variables(of: envFile)
        let variables = try ChildEnvironment(
            ours: [:], files: files, named: named, only: false, force: reserved, forcedBy: "--reserved"
        ).variables
        let resolved = try await ResolvedReferences(
            variables.compactMap(\.asked), options, agent, obstacle: { _ in nil })
        return variables.map { variable in
            switch variable.value {
            case .text(let text): NamedValue(variable.name, Secret(text), isSecret: false)
            case .bytes(let bytes): NamedValue(variable.name, bytes, isSecret: false)
            case .reference(let reference):
                NamedValue(variable.name, resolved[reference], isSecret: reference.isSecret)
            }
        }
    }
}
