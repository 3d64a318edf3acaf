// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension RotationRun {
    /// Begins the freeze: at the word of a person who is present; at once where nobody is.
    ///
    /// Without a terminal the click may come at any moment, and on some servers a refresh with a wrong secret spends the
    /// token; a freeze that lasts longer costs less: see docs/decisions/0023-freeze.md.
    mutating func freeze(_ request: OperatorRequest?) async throws -> Bool {
        if let request, await person.isPresent(), try await !person.readyToClick(request) {
            return false
        }
        if request != nil { try await confirmClaim() }
        try await steps.freeze(machine.plan)
        try await record(.frozen)
        return true
    }

    /// Asks the person whether the old secret is removed; false when it is not, or nobody says so, and the rotation waits.
    mutating func askRemoved(_ request: OperatorRequest) async throws -> Bool {
        guard try await person.hasRemoved(request) else { return false }
        try await confirmClaim()
        try await record(.oldSecretRemoved(evidence: "\(name) says that it is removed"))
        return true
    }

    /// Takes the new secret from the person; false when nobody gives one and the rotation waits.
    mutating func ask(_ request: OperatorRequest, problem: String?) async throws -> Bool {
        if let evidence = try await steps.sealedSecret(machine.plan) {
            try await record(.pendingSealed(evidence: evidence))
            return true
        }
        var problem = problem
        var offered = try await steps.refusedClientID(machine.plan)
        var lastError: RotationError?
        for _ in 0..<Self.operatorTries {
            let clientID = try await person.newClientID(request, offered: offered, problem: problem)
            guard let secret = try await person.newSecret(request, problem: problem) else {
                // Nobody: the rotation waits. But a value that was given and was not good is said, not passed over.
                if let lastError { throw lastError }
                return false
            }
            try await confirmClaim()
            let changed: String?
            do {
                changed = try await steps.accept(secret, clientID: clientID, machine.plan)
            } catch let error as RotationError where [.unusableSecret, .unusableClientID].contains(error.code) {
                lastError = error
                problem = error.message
                if error.code == .unusableSecret { offered = clientID ?? offered }
                continue
            }
            let remark = changed.map { ", with the client id \(DisplayText.clean($0))" } ?? ""
            try await record(.pendingSealed(evidence: "entered by \(name)\(remark)"))
            return true
        }
        throw lastError ?? RotationError(.unusableSecret, "no usable value was given")
    }
}
