// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A program that replaces a secret.
struct ProgramOptions: ParsableArguments {
    /// The program.
    @Option(help: ArgumentHelp("The program that replaces the secret: its absolute path.", valueName: "program"))
    var command: String?

    /// Its arguments.
    @Option(
        name: .customLong("argument"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("An argument for the program; may be repeated.", valueName: "text"))
    var arguments: [String] = []

    /// How long one run may take.
    @Option(help: ArgumentHelp("How long one run may take, up to 10m; 60s unless told.", valueName: "time"))
    var deadline: DurationArgument?

    /// The program and its arguments.
    var whole: [String]? { command.map { [$0] + arguments } }

    /// The deadline in seconds.
    var deadlineSeconds: Int? { deadline.map { Int($0.duration.components.seconds) } }

    /// Refuses what goes with a program where none is named.
    func validate() throws {
        if command == nil, !arguments.isEmpty || deadline != nil {
            throw ValidationError("--argument and --deadline go with --command")
        }
    }
}
