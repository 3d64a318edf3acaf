// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

/// A program whose standard output is an identity: a password store, a key ring, a hardware token.
///
/// No shell is between: the path is the whole command, without arguments. It gets nothing on standard input and a few
/// variables of the environment; standard error goes to the log, line by line. It stays in our session and process
/// group, so that it may ask on the terminal, and Ctrl-C ends it as well.
package struct IdentityProgram: Sendable, Equatable {
    /// How long it may take; somebody may have to type a PIN.
    static let patience = Duration.seconds(60)

    private let program: ChildProgram

    /// The program's file, absolute.
    package var path: String { program.path }
    /// What it gets as its environment.
    package var environment: [String: String] { program.environment }

    /// Names a program, and chooses its environment from ours.
    ///
    /// - Throws: ``KeeperError/Code/usage`` unless the path is absolute.
    package init(_ path: String, environment: [String: String]) throws(KeeperError) {
        guard path.hasPrefix("/") else {
            throw KeeperError(
                .usage, "an identity command is the absolute path of a program, without arguments: \(path) is none")
        }
        program = ChildProgram(path, environment: environment, isAlone: false)
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
        let name = FilePathText.name(of: path)
        switch try await program.output(limit: limit, patience: patience, line: { log.notice("\(name): \($0)") }) {
        case .success(let text): return text
        case .failure(let failure):
            throw KeeperError(.identity, "\(path), which prints the identity, \(failure.words)")
        }
    }
}
