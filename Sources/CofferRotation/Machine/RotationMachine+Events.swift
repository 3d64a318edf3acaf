// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension RotationMachine {
    /// Takes one more event.
    ///
    /// - Throws: `RotationError` with code `damaged` if it can't have happened now; the machine is then unchanged.
    package mutating func apply(_ event: JournalEvent) throws(RotationError) {
        switch (event.fact, phase) {
        case (.tainted, .opened):
            phase = .tainted
        case (.frozen, .tainted) where !isFrozen && (request != nil || !plan.startsWithOperator):
            isFrozen = true
        case (.awaitingOperator(let asked), .tainted) where request == nil && plan.startsWithOperator,
            (.awaitingOperator(let asked), .requested):
            request = asked
            lostRequest = false
            phase = .tainted
        case (.secretRequested(attempt, lostRequest), .tainted) where isFrozen && request == nil:
            phase = .requested
        case (.pendingSealed, .requested),
            (.pendingSealed, .tainted) where isFrozen && request != nil:
            phase = .pending
        case (.pendingProbed(let proof), .pending):
            judgePending(proof)
        case (.switched, .proven):
            isFrozen = false
            phase = .switched
        case (.oldSecretProbed(let proof), .switched):
            phase = proof.result == .refuted ? .stopped(.oldSecretAccepted) : .reissuing
        case (.reissued(let connection, let result), .reissuing) where isDue(connection):
            outcomes[connection] = Outcome(
                tries: (outcomes[connection]?.tries ?? 0) + 1, result: result.cleaned, proofs: nil)
        case (.tokensProbed(let connection, let proofs), .reissuing) where isUnproven(connection):
            outcomes[connection]?.proofs = proofs
        case (.closed, .reissuing) where plan.connections.allSatisfy({ outcomes[$0] != nil && !isUnproven($0) }):
            phase = .closed
        case (.resumed, _) where phase != .closed:
            resume()
        default:
            throw RotationError(.damaged, "the rotation's journal is out of order at \"\(event.fact.name)\"")
        }
    }

    /// A refused pending secret is replaced once; an answer that tells nothing does not stop a leak rotation.
    private mutating func judgePending(_ proof: Proof) {
        guard proof.result == .refuted else {
            phase = .proven
            return
        }
        guard replacementsLeft > 0 else {
            phase = .stopped(.newSecretRefused)
            return
        }
        replacementsLeft -= 1
        attempt += 1
        lostRequest = false
        problem = "the provider refused that value: \(proof.evidence)"
        phase = .tainted
    }

    /// A new run begins: a request without an answer is lost, a stop is asked again.
    private mutating func resume() {
        switch phase {
        case .requested:
            lostRequest = true
            phase = .tainted
        case .stopped(.oldSecretAccepted):
            phase = .switched
        case .stopped(.newSecretRefused):
            // The pending secret is asked about first: the provider may only have been slow to learn of it.
            replacementsLeft = Self.replacements
            phase = .pending
        default:
            break
        }
    }

    /// Whether a connection still wants tokens.
    ///
    /// The limit of tries is not looked at: a journal stays valid when it changes.
    private func isDue(_ connection: CredentialPath) -> Bool {
        guard let outcome = outcomes[connection] else { return planned.contains(connection) }
        guard case .failed(_, retryable: true) = outcome.result else { return false }
        return true
    }

    /// Whether a connection has new tokens and nobody has asked about the old ones.
    func isUnproven(_ connection: CredentialPath) -> Bool {
        guard let outcome = outcomes[connection] else { return false }
        return outcome.result == .reissued && outcome.proofs == nil
    }
}
