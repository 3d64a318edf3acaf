// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A program of the operator's that replaces one app's `client_secret`, or one static secret; see docs/command-driver.md.
///
/// Which program that is says this machine's own settings and nothing in a vault: who may write an entry must not be able
/// to have a program run where somebody rotates it.
package protocol SecretProgram: Sendable {
    /// What people call it: its file's name.
    var name: String { get }

    /// The path of the app or the static secret that it is set for.
    var path: String { get }

    /// Whether it can add a secret beside the one in force, and remove one.
    var keepsTwo: Bool { get }

    /// Runs it once, within its deadline: with a document on standard input, and no secret anywhere else.
    ///
    /// - Parameter document: what it is asked, in JSON.
    /// - Returns: how it ended.
    /// - Throws: what hinders the start, and then nothing was asked; `CancellationError`.
    func run(_ document: Secret) async throws -> ProgramRun
}

/// How a run of a ``SecretProgram`` ended.
package struct ProgramRun: Sendable {
    /// What it printed; or why that is no answer, as the end of a sentence that begins with the program's name.
    package let ending: Result<Secret, ProgramFault>

    /// The lines of its standard error, as they came: a secret may be among them.
    package let remarks: [String]

    /// Tells of a run.
    package init(_ ending: Result<Secret, ProgramFault>, remarks: [String]) {
        self.ending = ending
        self.remarks = remarks
    }
}
