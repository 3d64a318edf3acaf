// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

// A connection that is made while the rotation is being opened, or found later, is in no plan. It is tried at the end, once, and keeps
// nothing open: what could not be done is said there.

extension RotationMachine {
    /// What stands between the path of such a connection and what became of it.
    static let unplannedMark = ", which was connected while the rotation was opened, "

    /// The beginnings of what can become of it.
    static let unplannedEndings = (
        needsPerson: "needs a person: ", failed: "was not reissued; ", alive: "has new tokens, but "
    )

    /// Whether a connection is in the plan, or was found to be in none.
    package func knows(_ connection: CredentialPath) -> Bool {
        planned.contains(connection) || others.contains(connection)
    }

    /// Whether each of these is found for the first time, and there is one.
    func isNews(_ found: [CredentialPath]) -> Bool {
        !found.isEmpty && Set(found).count == found.count && !found.contains { knows($0) }
    }

    /// Whether each was tried, and the tokens asked about of what was reissued after a leak.
    var hasTriedOthers: Bool {
        unplanned.allSatisfy { outcomes[$0] != nil && (plan.mode == .planned || !isUnproven($0)) }
    }

    /// What is to be done about them before the end.
    var nextForOthers: RotationAction? {
        let untried = unplanned.filter { outcomes[$0] == nil }
        return untried.isEmpty ? nil : .reissue(untried, isRetry: false)
    }

    /// What is left of them for a person, in the order in which they were found.
    var unplannedItems: [String] {
        unplanned.flatMap { connection -> [String] in
            guard let outcome = outcomes[connection] else { return [] }
            let name = "\(connection)\(Self.unplannedMark)"
            let alive = outcome.livingTokens
            switch outcome.result {
            case .needsPerson(let reason):
                return ["\(name)\(Self.unplannedEndings.needsPerson)\(reason)"] + alive.map { "\(connection): \($0)" }
            case .failed(let reason, _):
                return [
                    "\(name)\(Self.unplannedEndings.failed)try it with coffer refresh --force \(connection): \(reason)"
                ] + alive.map { "\(connection): \($0)" }
            case .reissued:
                return alive.map { "\(name)\(Self.unplannedEndings.alive)\($0)" }
            }
        }
    }
}

extension RotationMachine.Outcome {
    /// What was found to be of use still, each with its evidence.
    var livingTokens: [String] {
        (proofs ?? []).filter { $0.result == .refuted }.map { "\($0.finding): \($0.evidence)" }
    }
}
