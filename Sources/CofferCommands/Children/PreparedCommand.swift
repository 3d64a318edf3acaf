// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferMasking

/// A command with everything that it needs, secrets included: all that is left is to start it.
struct PreparedCommand: Sendable {
    /// The most that a variable holds with its name: `MAX_ARG_STRLEN` of Linux, execve(2).
    private static let longest = 128 * 1024 - 1024

    /// The program's file.
    let file: String
    let arguments: [String]
    /// Names and values, each name once.
    let variables: [(name: String, value: Secret)]
    /// The values that must not be seen.
    let secrets: [Secret]

    /// Finds the command and asks the vault, or the agent in its place, for what its references stand for, each once.
    ///
    /// Nothing is handed out for a command that does not exist, and no vault is opened where there is no reference.
    ///
    /// - Throws: ``CommandError`` `no_command`, `not_executable`, `usage` for a value that no variable can hold; what the vault
    ///   or the agent throws, with the variable's name.
    init(
        _ arguments: [String], in environment: ChildEnvironment, _ options: VaultOptions, _ agent: AgentOption
    ) async throws {
        let path = environment.variables.first { $0.name == "PATH" }
        file = try ExecutableSearch.file(of: arguments[0], path: path.flatMap(\.text) ?? "")
        self.arguments = arguments
        let values = try await ResolvedReferences(environment.variables.compactMap(\.asked), options, agent) { value in
            if value.withExposedBytes({ $0.contains(0) }) { return "holds a zero byte, which no variable can" }
            return value.byteCount < Self.longest ? nil : "is longer than a variable can be, 128 KiB"
        }
        var variables: [(name: String, value: Secret)] = []
        var secrets: [Secret] = []
        for variable in environment.variables {
            switch variable.value {
            case .text(let text): variables.append((variable.name, Secret(text)))
            case .bytes(let bytes): variables.append((variable.name, bytes))
            case .reference(let reference):
                let value = values[reference]
                variables.append((variable.name, value))
                if reference.isSecret { secrets.append(value) }
            }
        }
        self.variables = variables
        self.secrets = secrets
    }

    /// The mask for what the command prints.
    var mask: SecretMask { SecretMask(hiding: secrets) }

    /// The environment as a program gets it.
    var environment: CStrings { CStrings(variables) }
}
