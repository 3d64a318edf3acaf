// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation

extension LeakSteps {
    /// What a leaked identity calls for: everything it could read, once it can read no more.
    func plan(forIdentity name: String, found report: TraceReport? = nil) async throws -> LeakPlan {
        let membership = try await membershipSteps(of: name)
        guard keeper.vault.isOwner else {
            guard let report else {
                throw KeeperError(.notPermitted, "only an owner reads everybody's events, and can tell an exposure")
            }
            let note = "what \(name) could read only an owner can tell, with: coffer rotate --leak --identity \(name)"
            return LeakPlan(leaked: report, steps: membership, notes: report.notes + [note])
        }
        let exposure = try await keeper.exposure(.identity(name))
        let (steps, notes) = try await steps(for: exposure.rows)
        return LeakPlan(
            leaked: report, steps: membership + steps, notes: (report?.notes ?? []) + exposure.notes + notes,
            isBroken: exposure.isBroken)
    }

    /// What is called for if everything leaked that was handed out from an instant on.
    func plan(since date: Date) async throws -> LeakPlan {
        let exposure = try await keeper.exposure(.since(date))
        let (steps, notes) = try await steps(for: exposure.rows)
        return LeakPlan(steps: steps, notes: exposure.notes + notes, isBroken: exposure.isBroken)
    }

    // MARK: - The identity itself

    private func membershipSteps(of name: String) async throws -> [LeakStep] {
        if let member = try await keeper.vault.members().first(where: { $0.name == name }) {
            let removal = Self.removal(of: name, isSelf: member.isSelf)
            return member.isOwner ? [removal, Self.repin(name)] : [removal]
        }
        let departed = try await keeper.vault.departedMembers().filter { $0.name == name }
        return departed.contains(where: \.isOwner) ? [Self.repin(name)] : []
    }

    private static func repin(_ name: String) -> LeakStep {
        LeakStep(
            action: .repin, subject: name,
            because: "an owner could still sign a vault of its own that descends from before its removal",
            steps: ["Give everybody the pin that its removal printed: coffer identity repin PIN, or COFFER_PIN"])
    }

    private static func removal(of name: String, isSelf: Bool) -> LeakStep {
        var steps = ["Have whoever uses it make another, and let that in: coffer identity new, coffer identity add"]
        if isSelf {
            // The way in is never part of what can be lost: nobody removes himself.
            steps = [
                "This is the identity that you use. Make another on a machine that you trust: coffer identity new",
                "Let it in as an owner, and see that it opens the vault: coffer identity add, coffer identity accept",
                "With the new identity: coffer identity remove \(name)",
            ]
        }
        return LeakStep(
            action: .removeIdentity, subject: name,
            because: "while it is in the vault, whoever has it reads each new value as well",
            command: isSelf ? nil : "coffer identity remove \(name)", steps: steps)
    }

    // MARK: - What it could read

    /// Apps first, then connections, static secrets, and what people replace; within each what was read last comes first, as in the
    /// rows; but what an API is asked with before what that replaces.
    private func steps(for rows: [ExposureRow]) async throws -> (steps: [LeakStep], notes: [String]) {
        var rotations: [LeakStep] = []
        var reissues: [LeakStep] = []
        var values: [LeakStep] = []
        var byHand: [LeakStep] = []
        for row in Self.worst(of: rows) {
            guard let path = try? CredentialPath(row.path) else { continue }
            switch row.must {
            case .rotate:
                let hasTokens = rows.contains { $0.path.hasPrefix(row.path + "/") && $0.must == .withApp }
                let token = SecretField.registrationToken.rawValue
                let field = row.fields.contains(token) ? token : nil
                rotations.append(
                    try await tolerantly(for: row.path) {
                        try await rotation(of: path, field: field, accessTokenLeaked: hasTokens)
                    })
            case .reissue: reissues.append(try await tolerantly(for: row.path) { try await reissue(path, row) })
            case .replace where row.kind == "secret":
                values.append(try await tolerantly(for: row.path) { try await newValue(for: path) })
            case .replace: byHand.append(Self.byHand(row))
            case .withdraw:
                byHand.append(
                    LeakStep(
                        action: .withdraw, subject: row.path,
                        because: "its entry is gone here, but it could be read before",
                        steps: ["End it where it came from."]))
            case .withApp, .nothing: break
            }
        }
        let ordered = Self.credentialsFirst(rotations + reissues + values + byHand, \LeakStep.self)
        return (ordered.elements, ordered.notes)
    }

    private func reissue(_ path: CredentialPath, _ row: ExposureRow) async throws -> LeakStep {
        let because = "its \(row.fields.joined(separator: " and ")) could be read"
        // A reader has no refresh token: what it read ends with the refresh.
        let field = row.fields.contains(SecretField.refreshToken.rawValue) ? nil : SecretField.accessToken.rawValue
        do {
            return try await newTokens(for: path, because: because, field: field)
        } catch let error as KeeperError where error.code == .notFound || error.code == .needsReauthorization {
            return LeakStep(
                action: .withdraw, subject: path.description, because: error.message,
                steps: ["End its grant at the provider, then connect the account again: coffer connect \(path)"])
        }
    }

    /// One row for each path: where several identities are told of, what asks for most.
    private static func worst(of rows: [ExposureRow]) -> [ExposureRow] {
        let order: [ExposureRow.Remedy] = [.rotate, .reissue, .replace, .withdraw, .withApp, .nothing]
        func rank(_ row: ExposureRow) -> Int { order.firstIndex(of: row.must) ?? order.endIndex }
        var places: [String: Int] = [:]
        var kept: [ExposureRow] = []
        for row in rows {
            if let place = places[row.path] {
                if rank(row) < rank(kept[place]) { kept[place] = row }
            } else {
                places[row.path] = kept.count
                kept.append(row)
            }
        }
        return kept
    }
}
