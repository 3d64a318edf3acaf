// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper
import CofferMasking

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// `coffer run`: runs a command with credentials in its environment.
struct RunCommand: AsyncParsableCommand, StopsItself {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a command with credentials in its environment, masked in what it prints.",
        usage: "coffer run [--env NAME=coffer://PATH] [--env-file FILE] [--only] [--no-mask] -- COMMAND [ARGUMENT ...]",
        discussion: """
            Every variable whose value is exactly a reference gets what it stands for, and so does each that --env names.

              coffer run --env TOKEN=coffer://main/amocrm/acme -- ./deploy.sh
              NPM_TOKEN=coffer://main/npm-token coffer run -- npm publish
              coffer run --only --env-file job.env -- python3 sync.py

            In its output each secret that it was given is *** instead, also in base64, hexadecimal, URLs and JSON. Signals \
            are passed on, and the exit status is the command's: 128 and the signal's number if one ended it, 127 if there is \
            no such command, 126 if it can't be executed. No shell is involved; docs/run.md says the rest.

            Where coffer agent serves this vault and no identity is named, the agent is asked for values and access tokens, and \
            no identity is needed; not with --reason and --pin, nor where one reference is to another field.
            """)

    /// References by name.
    @Option(
        name: .customLong("env"),
        help: ArgumentHelp(
            "Set a variable to what a reference stands for; may be given again.", valueName: "name=coffer://…"))
    var named: [VariableAssignment] = []

    /// Files of variables.
    @Option(
        help: ArgumentHelp("Variables, NAME=VALUE on each line without quotes; may be given again.", valueName: "file"))
    var envFile: [String] = []

    /// Whether little is inherited.
    @Flag(help: "Pass on PATH, HOME, TERM and LANG alone, besides what is set here.")
    var only = false

    /// Whether the output is left as it is.
    @Flag(help: "Mask nothing: the command takes the place of this process.")
    var noMask = false

    /// Whether reserved names may be set.
    @Flag(help: "Set variables that decide how programs run, too: PATH, HOME, LD_… and others.")
    var force = false

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// The command.
    @Argument(parsing: .postTerminator, help: ArgumentHelp("The command and its arguments.", valueName: "command"))
    var command: [String] = []

    /// Refuses nothing to run.
    func validate() throws {
        guard command.first?.isEmpty == false else {
            throw ValidationError("there is no command: coffer run -- COMMAND")
        }
    }

    /// Runs the command; the process ends as it did.
    func run() async throws {
        let context = CommandContext.current
        let given = OpenDescriptors.now
        let prepared = try await InterruptibleTask.value(context) {
            let files = try await EnvironmentFile.variables(of: envFile)
            let environment = try ChildEnvironment(
                ours: context.environment, files: files, named: named, only: only, force: force,
                exactly: context.secretVariable)
            return try await PreparedCommand(command, in: environment, options, agent)
        }
        keepDescriptors(given)
        if noMask { try prepared.become() }
        let mask = prepared.mask
        if mask.shortSecrets > 0 {
            context.diagnostics.note(
                "a secret of fewer than \(SecretMask.fewestBytes) bytes is masked wherever its bytes stand, by chance or not"
            )
        }
        let child = MaskedChild(
            file: prepared.file, arguments: prepared.arguments, environment: prepared.environment, mask: mask)
        let end = try await child.run()
        for output in end.outputs {
            if let failure = output.failure { context.diagnostics.report(failure, asJSON: false) }
            if output.isStillOpen {
                context.diagnostics.note("a process that the command left behind still prints; the rest is not shown")
            }
        }
        end.endLikewise()
    }

    /// What an identity or a passphrase was read from is for us alone, and what was opened since, as a connection to an agent; every
    /// other descriptor is the command's, too.
    private func keepDescriptors(_ given: Set<Int32>) {
        OpenDescriptors.closeOnExec(except: given)
        for descriptor in [options.identityFd, options.passphraseFd].compactMap(\.self) {
            if descriptor > STDERR_FILENO {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            } else {
                // A file could be read once more from its beginning.
                let null = open("/dev/null", O_RDWR | O_CLOEXEC)
                dup2(null, descriptor)
                close(null)
            }
        }
    }
}
