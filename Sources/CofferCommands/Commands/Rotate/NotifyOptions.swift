// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// A program that is told of a rotation.
struct NotifyOptions: ParsableArguments {
    /// The program.
    @Option(
        help: ArgumentHelp(
            "A program that is told when tokens are tainted, a person is needed, and it is over: its absolute path.",
            valueName: "program"))
    var notifyCommand: String?

    /// Its arguments.
    @Option(
        name: .customLong("notify-argument"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("An argument for that program; may be repeated.", valueName: "text"))
    var notifyArguments: [String] = []

    /// The program and its arguments.
    var command: [String]? { notifyCommand.map { [$0] + notifyArguments } }

    /// Refuses what names no program.
    func validate() throws {
        guard let command else {
            guard notifyArguments.isEmpty else { throw ValidationError("--notify-argument goes with --notify-command") }
            return
        }
        guard HookSetting.isProgram(command) else {
            throw ValidationError("--notify-command is the absolute path of a program")
        }
    }
}
