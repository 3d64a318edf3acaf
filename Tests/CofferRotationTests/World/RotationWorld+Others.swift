// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization

// Other processes on the same vault: those that refresh what is due, and a second operator.

extension RotationWorld {
    /// Another operator resumes while this one is about to write down what was done, and goes as far as it goes.
    ///
    /// What that one comes to is its own, but for errors that no kill and nobody's answer explains.
    func accompany(_ id: RotationID) async {
        do {
            _ = try await runner(name: "grace").run(id)
        } catch {
            let code = (error as? RotationError)?.code
            if let code, ![.unusableSecret, .unusableClientID, .unanswered].contains(code) {
                state.withLock { $0.violations.append("a second operator met \(code.rawValue)") }
            }
        }
        state.withLock { $0.hasCompany = false }
    }
}

extension RotationWorld.State {
    /// Whether a second operator resumes before the event that is about to be written; one at a time.
    mutating func takesCompany() -> Bool {
        appends += 1
        guard script.companyAt.contains(appends), !hasCompany, !events.isEmpty else { return false }
        hasCompany = true
        companions += 1
        return true
    }

    /// Another process refreshes a connection, with the secret in force.
    ///
    /// It does not under the freeze, nor what is left to a person or was granted to another client, nor what is on hold from when
    /// the new secret is in force until the rotation reissues it.
    mutating func refresh(_ connection: CredentialPath) {
        let isHeld = self.isHeld(mintedUnder: minted[connection]?.epoch ?? 0)
        guard !isFrozen, !gone.contains(connection), currentClient == RotationWorld.firstClient, !(isHeld && isBarred)
        else { return }
        noteSending(current, as: currentClient)
        // On some servers that spends the token: it is what the freeze is for.
        if !accepts(current) { violations.append("a refresh with a secret that is not in force") }
        minted[connection] = (epochs.secret, current)
        let isOfThis = secretRotation == plan.id
        if isOfThis { isShown = true }
        // What `serve` hands out is refreshed as ever, and that is no reissue.
        if isHeld, !self.isHeld(mintedUnder: epochs.secret), isOfThis, taintedBy == plan.id, !hasVerdict {
            violations.append("a refresh ended a hold before the old secret was dead or unprovable")
        }
    }

    /// Whether what was minted under an epoch is handed to nobody.
    func isHeld(mintedUnder epoch: Int64) -> Bool { epochs.taints(mintedUnder: epoch) && strength == .hold }

    /// Whether nothing but the rotation gives new tokens to what is on hold.
    var isBarred: Bool { retired != nil && barredBy != nil && barredBy == secretRotation }

    /// Whether the journal says that the old secret is dead, or that nobody can tell.
    var hasVerdict: Bool {
        let verdicts = events.compactMap { event -> ProofResult? in
            if case .oldSecretProbed(let proof) = event.fact { proof.result } else { nil }
        }
        return verdicts.last.map { $0 != .refuted } ?? false
    }
}
