// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferRotation
import CofferVault

/// A program of this machine's user that is told of rotations: one JSON document on its standard input.
///
/// Run as the programs that replace secrets are: no shell, a few variables, a session of its own, a deadline.
struct NotifyProgram: RotationHook {
    /// How long one run may take: a message goes out in less, and the end of a command waits for it.
    static let patience = Duration.seconds(10)

    /// The most that it may print, which nobody reads.
    static let outputLimit = 64 << 10

    let key: String
    /// A program that fails is mended by a person: once in each run of the rotation.
    let pauses: [Duration] = []
    private let program: ChildProgram
    private let patience: Duration
    private let log: KeeperLog

    /// Takes a program's path and arguments.
    init(
        _ command: [String], environment: [String: String], patience: Duration = NotifyProgram.patience, log: KeeperLog
    ) {
        program = ChildProgram(
            command.first ?? "", arguments: Array(command.dropFirst()), environment: environment, isAlone: true)
        // With lengths, so that no two commands have the same bytes.
        let text = command.map { "\($0.utf8.count):\($0)" }.joined()
        key = Digest(hashing: Array("command \(text)".utf8)).description
        self.patience = patience
        self.log = log
    }

    var name: String { "the program \(FilePathText.name(of: program.path))" }

    func tell(_ notice: RotationNotice) async -> HookAnswer {
        let (log, own) = (log, FilePathText.name(of: program.path))
        do {
            let ending = try await program.output(
                for: Secret(bytes: notice.document), limit: Self.outputLimit, patience: patience,
                line: { log.notice("\(own): \($0)") })
            switch ending {
            case .success: return .heard
            case .failure(let failure): return .refused("it \(failure.words)")
            }
        } catch is CancellationError {
            return .failed("it did not end in time")
        } catch {
            return .refused("it can't be run: \(error)")
        }
    }
}
