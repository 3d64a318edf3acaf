// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import Foundation

/// Stands in for the operator's program: a drill runs none, since that would change a real client's secret.
///
/// It answers as docs/command-driver.md wants it, in this process.
struct SandboxProgram: SecretProgram {
    /// What it does it with.
    let hands: SandboxHands

    let name = "stand-in"

    let path: String

    let keepsTwo: Bool

    func run(_ document: Secret) async throws -> ProgramRun {
        struct Request: Decodable {
            let operation: String
        }
        let request = try document.withExposedBytes { try JSONDecoder().decode(Request.self, from: Data($0)) }
        switch request.operation {
        case "replace", "add":
            let secret = try hands.newSecret().withExposedText { $0 }
            return answer(["result": "made", "client_secret": secret])
        case "remove":
            try hands.removeOldSecret()
            return answer(["result": "removed"])
        default:
            // Nothing of a drill is ever killed between a request and its answer and resumed.
            return answer(["result": "absent"])
        }
    }

    private func answer(_ members: [String: String]) -> ProgramRun {
        // The secrets of a sandbox are letters and digits, which JSON takes as they are.
        let text = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
        return ProgramRun(.success(Secret("{\"version\":1,\(text)}")), remarks: [])
    }
}
