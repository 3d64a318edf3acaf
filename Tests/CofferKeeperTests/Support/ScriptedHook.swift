// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Synchronization

@testable import CofferKeeper

/// Somebody outside who answers as a test says, and notes what was heard.
final class ScriptedHook: RotationHook {
    let name: String
    let key: String
    let pauses: [Duration]
    private let answers: Mutex<[HookAnswer]>
    private let noted = Mutex<[String]>([])
    private let onTell: @Sendable () async -> Void

    init(
        _ answers: [HookAnswer] = [], key: String = "k", pauses: [Duration] = [.seconds(1), .seconds(3)],
        onTell: @escaping @Sendable () async -> Void = {}
    ) {
        name = "the hook \(key)"
        self.key = key
        self.pauses = pauses
        self.answers = Mutex(answers)
        self.onTell = onTell
    }

    /// The ids that it was told, each time that it was.
    var told: [String] { noted.withLock { $0 } }

    func tell(_ notice: RotationNotice) async -> HookAnswer {
        noted.withLock { $0.append(notice.id) }
        await onTell()
        return answers.withLock { $0.isEmpty ? .heard : $0.removeFirst() }
    }

    /// The notices of a rotation that needs a person and is closed: three.
    static func notices(_ number: UInt64 = 1, of app: String = "main/crm") throws -> [RotationNotice] {
        let plan = RotationPlan(
            id: RotationID(random: number), app: try CredentialPath(app), mode: .leak, taint: .serve,
            driver: "operator", connections: [], openedBy: "ada")
        let request = OperatorRequest(title: "regenerate", steps: [], link: nil)
        let proof = Proof(
            subject: "client_secret", claim: "c", result: .proven, at: Date(timeIntervalSince1970: 0), evidence: "401")
        let facts: [JournalEvent.Fact] = [
            .opened(plan), .tainted, .awaitingOperator(request), .frozen, .pendingSealed(evidence: "entered"),
            .pendingProbed(proof), .switched, .oldSecretProbed(proof), .closed(openItems: []),
        ]
        var maker = NoticeMaker()
        return try facts.compactMap {
            try maker.take(JournalEvent(at: Date(timeIntervalSince1970: 0), by: "ada", $0))
        }
    }
}
