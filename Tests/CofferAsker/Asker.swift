// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import Foundation

/// A program as its authors write it: one provider for its whole life, asked before each use.
///
/// For tests of what reaches other processes: each line of standard input is a path, and each answer a line of standard
/// error, `ok VERSION VALUE` or `no CODE`.
@main
struct Asker {
    /// Answers until the input ends.
    static func main() async throws {
        let vault = try await VaultCredentialProvider.open()
        while let line = readLine() {
            let answer: String
            do {
                let credential = try await vault.credential(for: CredentialRequest(path: CredentialPath(line)))
                answer = credential.value.withExposedText { "ok \(credential.version) \($0)" }
            } catch let error as CredentialError {
                answer = "no \(error.code.rawValue)"
            }
            try FileHandle.standardError.write(contentsOf: Data("\(answer)\n".utf8))
        }
        await vault.close()
    }
}
