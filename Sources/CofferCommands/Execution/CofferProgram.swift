// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The `coffer` program: one command line, from the arguments to the exit status.
package enum CofferProgram {
    /// Runs the process's command line and ends the process.
    ///
    /// Core files are forbidden before anything else happens, so that nothing is read before.
    package static func main() async -> Never {
        let arguments = arguments(of: CommandLine.arguments)
        do {
            try ProcessHardening.apply()
        } catch {
            exit(report(error, wantsJSON(arguments), CommandContext.current).rawValue)
        }
        if let status = ShortWay.take(arguments, CommandContext.current, isInterruptible: true) {
            exit(status.rawValue)
        }
        exit(await run(arguments, isInterruptible: true).rawValue)
    }

    /// The names of links to the program, under which other tools look for their helpers.
    private static let links = [
        "docker-credential-coffer": ["helper", "docker"], "git-credential-coffer": ["helper", "git"],
        "keyring": ["helper", "keyring"],
    ]

    /// What was asked for: what follows the program's name, after what the name itself stands for.
    static func arguments(of commandLine: [String]) -> [String] {
        let name = commandLine.first?.split(separator: "/").last.map(String.init) ?? ""
        return (links[name] ?? []) + commandLine.dropFirst()
    }

    /// Runs a command line in the current context.
    ///
    /// - Parameters:
    ///   - arguments: what follows the program's name.
    ///   - isInterruptible: whether signals are watched; they belong to the process.
    /// - Returns: how the process ends; what there was to say has been said.
    static func run(_ arguments: [String], isInterruptible: Bool = false) async -> ExitStatus {
        let context = CommandContext.current
        let status =
            if isInterruptible, !stopsItself(arguments) {
                await InterruptibleTask.run(context) { await perform(arguments, context) }
            } else {
                await perform(arguments, context)
            }
        await context.diagnostics.settle()
        return status
    }

    /// Whether the command ends in good order by itself; what cannot be parsed is looked at later.
    private static func stopsItself(_ arguments: [String]) -> Bool {
        (try? CofferCommand.parseAsRoot(arguments)) is any StopsItself
    }

    /// Parses and runs a command, and says what there is to say.
    private static func perform(_ arguments: [String], _ context: CommandContext) async -> ExitStatus {
        do {
            try await execute(arguments)
            try context.output.finish()
            return .done
        } catch let outcome as PrintedOutcome {
            // What was printed must have arrived, or the status says so.
            do { try context.output.finish() } catch { return report(error, wantsJSON(arguments), context) }
            return outcome.status
        } catch let error as ParserFailure {
            return reportUsage(error.underlying, arguments, context)
        } catch {
            // The parser's own command `help` throws what it shows.
            let isParsers = error is ValidationError || CofferCommand.exitCode(for: error) == .success
            return isParsers
                ? reportUsage(error, arguments, context) : report(error, wantsJSON(arguments), context)
        }
    }

    /// What the argument parser threw, whose types are its own.
    private struct ParserFailure: Error {
        let underlying: any Error
    }

    /// Runs a command on no actor, as the argument parser's commands do.
    @concurrent
    private static func execute(_ arguments: [String]) async throws {
        var command: any ParsableCommand
        do {
            // What completes a path looks into the vault.
            command = try await CofferCommand.asyncParseAsRoot(arguments)
        } catch {
            throw ParserFailure(underlying: error)
        }
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }

    /// Says what went wrong, on standard error.
    static func report(_ error: any Error, _ asJSON: Bool, _ context: CommandContext) -> ExitStatus {
        let error = CommandError(error)
        context.diagnostics.endProgress()
        // Whoever closed the pipe wants no more: `coffer list | head` is no failure to talk about. Of a signal the watch
        // tells, whatever it cut short.
        if !["closed_pipe", "interrupted", "terminated"].contains(error.code), !Task.isCancelled {
            context.diagnostics.report(error, asJSON: asJSON)
        }
        return error.status
    }

    /// Shows the help that was asked for, or says how the command line is written.
    private static func reportUsage(
        _ error: any Error, _ arguments: [String], _ context: CommandContext
    ) -> ExitStatus {
        let asJSON = wantsJSON(arguments)
        switch UsageFailure(error, arguments: arguments, columnCount: context.output.columnCount) {
        case .help(let text):
            do {
                try context.output.write(text)
                try context.output.finish()
                return .done
            } catch {
                return report(error, asJSON, context)
            }
        case .wrong(let error, let usage):
            context.diagnostics.report(error, asJSON: asJSON)
            if !asJSON { for line in usage { context.diagnostics.note(line) } }
            return error.status
        }
    }

    /// Whether errors are wanted as JSON; asked of the arguments, as they may be what is wrong.
    private static func wantsJSON(_ arguments: [String]) -> Bool {
        arguments.prefix { $0 != "--" }.contains("--json")
    }
}
