// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Dispatch
import Subprocess

#if canImport(Darwin)
import Darwin
import System
#else
import Glibc
import SystemPackage
#endif

/// A program that is started for one errand, with a deadline: no shell, a few variables of the environment, and pipes of ours.
struct ChildProgram: Sendable, Equatable {
    /// The variables that a program gets: what finds a home, a terminal, a key ring and a display.
    ///
    /// Nothing of Coffer's own, and nothing that changes what is loaded into a program.
    static let variables: Set<String> = [
        "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GNUPGHOME", "GPG_TTY", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME",
        "PASSWORD_STORE_DIR", "PATH", "SSH_AUTH_SOCK", "TERM", "TMPDIR", "TZ", "USER", "WAYLAND_DISPLAY",
        "XAUTHORITY", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME",
    ]

    /// The program's file, absolute.
    let path: String
    /// What follows its name; every user of the machine sees it.
    let arguments: [String]
    /// What it gets as its environment.
    let environment: [String: String]
    /// Whether it is in a session of its own: it has no terminal, and whatever it has started ends with it.
    ///
    /// Else it stays in ours, so that it may ask on the terminal, and Ctrl-C ends it as well.
    let isAlone: Bool

    /// Names a program, and chooses its environment from ours.
    init(_ path: String, arguments: [String] = [], environment: [String: String], isAlone: Bool) {
        self.path = path
        self.arguments = arguments
        self.environment = environment.filter { Self.variables.contains($0.key) }
        self.isAlone = isAlone
    }

    /// Runs it and gives what it prints.
    ///
    /// - Parameters:
    ///   - document: What it reads on standard input; the null device without one.
    ///   - limit: The most bytes of standard output.
    ///   - patience: How long it may take.
    ///   - line: Gets its standard error.
    /// - Returns: its standard output as it is, or why there is none.
    /// - Throws: ``VaultError/Code/unsafePermissions`` if others could have put it there, ``VaultError/Code/missing``;
    ///   `CancellationError`.
    func output(
        for document: Secret? = nil, limit: Int, patience: Duration, line: @escaping @Sendable (String) -> Void
    ) async throws -> Result<Secret, ChildFailure> {
        try CheckedFile.checkProgram(path)
        let end = ContinuousClock.now.advanced(by: patience)
        let ending = try await run(hasInput: document != nil) { pipes, process in
            let outcome = pipes.serve(document, limit: limit, until: end, line: line)
            guard case .output = outcome, !pipes.waits(forEndOf: process, until: end) else { return outcome }
            return .late
        }
        try Task.checkCancellation()
        switch ending {
        case nil: return .failure(.notStarted)
        case (.late, _)?: return .failure(.late(patience))
        case (.tooMuch, _)?: return .failure(.tooMuch(limit))
        case (.output(let text), .exited(0))?: return .success(text)
        case (.output, .exited(let number))?: return .failure(.status(number))
        case (.output, .signaled(let number))?: return .failure(.signal(number))
        }
    }

    /// Starts it, has its pipes served, and waits for its end; nil if it could not be started.
    private func run(
        hasInput: Bool, _ serve: @escaping @Sendable (ChildPipes, pid_t) -> ChildPipes.Outcome
    ) async throws -> (ChildPipes.Outcome, TerminationStatus)? {
        guard let pipes = ChildPipes(hasInput: hasInput) else { return nil }
        let isAlone = self.isAlone
        let variables = environment.map { (Environment.Key(stringLiteral: $0), $1) }
        var options = PlatformOptions()
        options.createSession = isAlone
        if isAlone {
            // What is done when the task is cancelled.
            options.teardownSequence = [
                .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)
            ]
        }
        do {
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments),
                environment: .custom(Dictionary(variables) { $1 }), workingDirectory: isAlone ? "/" : nil,
                platformOptions: options,
                input: .fileDescriptor(.init(rawValue: pipes.inputEnd), closeAfterSpawningProcess: true),
                output: .fileDescriptor(.init(rawValue: pipes.outputEnd), closeAfterSpawningProcess: true),
                error: .fileDescriptor(.init(rawValue: pipes.errorEnd), closeAfterSpawningProcess: true)
            ) { execution in
                // The child is reaped only after this closure, so that its number can't be another's yet.
                let process = execution.processIdentifier.value
                return await Self.watching(process, isAlone: isAlone) { serve(pipes, process) }
            }
            return (result.closureResult, result.terminationStatus)
        } catch is SubprocessError {
            return nil
        }
    }

    /// Blocks a thread of its own for the child; ends what did not end by itself.
    private static func watching(
        _ process: pid_t, isAlone: Bool, _ serve: @escaping @Sendable () -> ChildPipes.Outcome
    ) async -> ChildPipes.Outcome {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "coffer.program").async {
                let outcome = serve()
                if case .output = outcome {} else { kill(process, SIGKILL) }
                // Its number is that of its group, which whoever it started and left behind belongs to.
                if isAlone { kill(-process, SIGKILL) }
                continuation.resume(returning: outcome)
            }
        }
    }
}
