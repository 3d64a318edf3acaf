// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The effects of a command, as values: tests replace them.
///
/// ```swift
/// let context = CommandContext.current
/// let secret = try await SecretInput(context).text("client_secret")
/// ```
///
/// ArgumentParser makes the commands itself, so the context reaches them as a task-local value.
struct CommandContext: Sendable {
    /// The context of the command that is running; outside of tests the process's own.
    @TaskLocal static var current = CommandContext.process()

    /// The person at the terminal.
    var terminal: any Terminal

    /// Standard input.
    var input: InputDescriptor

    /// Standard output, for data.
    var output: any OutputDevice

    /// Standard error, for everything else.
    var diagnostics: Diagnostics

    /// The environment variables; of ``ChildEnvironment/ownKeys`` only whether they are there.
    var environment: [String: String]

    /// What time it is.
    var now: @Sendable () -> Date

    /// Opens a page in a browser; says whether one was started.
    var openBrowser: @Sendable (String) -> Bool

    /// Opens the network for one command.
    var network: @Sendable () -> CommandNetwork = { .system() }

    /// The bytes of one of the variables whose values ``environment`` lacks, or has as a text.
    var secretVariable: @Sendable (String) -> Secret? = { ProcessVariables.secret($0) }

    /// The effects of the process.
    static func process() -> CommandContext {
        let environment = ProcessVariables.all(hiding: ChildEnvironment.ownKeys)
        return CommandContext(
            terminal: TerminalDevice(),
            input: .standard,
            output: DescriptorOutput.standard,
            diagnostics: Diagnostics(DescriptorOutput.error, environment: environment),
            environment: environment,
            now: { Date() },
            openBrowser: { BrowserOpener(environment: environment).open($0) })
    }
}
