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

/// A program whose standard output is an identity: a password store, a key ring, a hardware token.
///
/// No shell is between: the path is the whole command, without arguments. It gets nothing on standard input and a few
/// variables of the environment; standard error goes to the log, line by line. It stays in our session and process
/// group, so that it may ask on the terminal, and Ctrl-C ends it as well.
package struct IdentityProgram: Sendable, Equatable {
    /// The variables that the program gets: what finds a home, a terminal, a key ring and a display.
    ///
    /// Nothing of Coffer's own, and nothing that changes what is loaded into a program.
    static let variables: Set<String> = [
        "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GNUPGHOME", "GPG_TTY", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME",
        "PASSWORD_STORE_DIR", "PATH", "SSH_AUTH_SOCK", "TERM", "TMPDIR", "TZ", "USER", "WAYLAND_DISPLAY",
        "XAUTHORITY", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME",
    ]

    /// How long it may take; somebody may have to type a PIN.
    static let patience = Duration.seconds(60)

    /// The program's file, absolute.
    package let path: String
    /// What it gets as its environment.
    package let environment: [String: String]

    /// Names a program, and chooses its environment from ours.
    ///
    /// - Throws: ``KeeperError/Code/usage`` unless the path is absolute.
    package init(_ path: String, environment: [String: String]) throws(KeeperError) {
        guard path.hasPrefix("/") else {
            throw KeeperError(
                .usage, "an identity command is the absolute path of a program, without arguments: \(path) is none")
        }
        self.path = path
        self.environment = environment.filter { Self.variables.contains($0.key) }
    }

    /// Runs the program and gives what it prints.
    ///
    /// - Parameters:
    ///   - limit: The most bytes.
    ///   - patience: How long it may take.
    ///   - log: Gets its standard error.
    /// - Returns: its standard output as it is.
    /// - Throws: ``KeeperError/Code/identity`` if it can't be started, fails, prints too much or takes too long;
    ///   ``VaultError/Code/unsafePermissions`` if others could have put it there, ``VaultError/Code/missing``.
    func output(limit: Int, patience: Duration = patience, _ log: KeeperLog) async throws -> Secret {
        try CheckedFile.checkProgram(path)
        let (outcome, status) = try await run(limit: limit, patience: patience, log)
        try Task.checkCancellation()
        switch (outcome, status) {
        case (.late, _): throw failure("did not end within \(patience.components.seconds) s and was killed")
        case (.tooMuch, _): throw failure("printed more than the \(limit) bytes that an identity may have")
        case (.output(let text), .exited(0)): return text
        case (.output, .exited(let number)): throw failure("ended with status \(number)")
        case (.output, .signaled(SIGKILL)): throw failure("was killed")
        case (.output, .signaled(let number)): throw failure("was ended by signal \(number)")
        }
    }

    private func run(
        limit: Int, patience: Duration, _ log: KeeperLog
    ) async throws -> (ChildPipes.Outcome, TerminationStatus) {
        let pipes = try ChildPipes()
        let end = ContinuousClock.now.advanced(by: patience)
        let name = FilePathText.name(of: path)
        let variables = environment.map { (Environment.Key(stringLiteral: $0), $1) }
        do {
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: [],
                environment: .custom(Dictionary(variables) { $1 }), input: .none,
                output: .fileDescriptor(.init(rawValue: pipes.outputEnd), closeAfterSpawningProcess: true),
                error: .fileDescriptor(.init(rawValue: pipes.errorEnd), closeAfterSpawningProcess: true)
            ) { execution in
                // The child is reaped only after this closure, so that its number can't be another's yet.
                let process = execution.processIdentifier.value
                return await Self.watching(pipes, process, limit, end) { log.notice("\(name): \($0)") }
            }
            return (result.closureResult, result.terminationStatus)
        } catch is SubprocessError {
            throw failure("could not be started")
        }
    }

    private static func watching(
        _ pipes: ChildPipes, _ process: pid_t, _ limit: Int, _ end: ContinuousClock.Instant,
        _ line: @escaping @Sendable (String) -> Void
    ) async -> ChildPipes.Outcome {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "coffer.identity").async {
                var outcome = pipes.read(limit: limit, until: end, line: line)
                if case .output = outcome, !pipes.waits(forEndOf: process, until: end) { outcome = .late }
                if case .output = outcome {} else { kill(process, SIGKILL) }
                continuation.resume(returning: outcome)
            }
        }
    }

    private func failure(_ what: String) -> KeeperError {
        KeeperError(.identity, "\(path), which prints the identity, \(what)")
    }
}
