// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferVault

/// The program that this machine has set for an app or a static secret, ready to be run.
struct ReplacementProgram: SecretProgram {
    /// The most bytes of an answer: a secret of 4096, each byte of it written as `\u00XX`, and the rest.
    static let answerLimit = 64 << 10

    let path: String
    let keepsTwo: Bool
    private let program: ChildProgram
    private let patience: Duration

    /// Takes a setting.
    ///
    /// - Parameters:
    ///   - setting: what was set.
    ///   - environment: what the program's environment is chosen from.
    init(_ setting: ProgramSetting, environment: [String: String]) {
        path = setting.app
        keepsTwo = setting.keepsTwo
        patience = .seconds(setting.deadlineSeconds)
        program = ChildProgram(
            setting.command.first ?? "", arguments: Array(setting.command.dropFirst()), environment: environment,
            isAlone: true)
    }

    var name: String { FilePathText.name(of: program.path) }

    func run(_ document: Secret) async throws -> ProgramRun {
        let remarks = Remarks()
        let ending = try await program.output(
            for: document, limit: Self.answerLimit, patience: patience, line: { remarks.add($0) })
        return ProgramRun(
            ending.mapError { failure in
                // What was printed beyond the limit was printed: it is an answer, and none that can be read.
                if case .tooMuch = failure { return ProgramFault(.nonsense, failure.words) }
                return ProgramFault(failure == .notStarted ? .configuration : .indeterminate, failure.words)
            }, remarks: remarks.all)
    }
}
