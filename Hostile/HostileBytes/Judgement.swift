// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation

/// What a changed vault ended in.
enum Judgement: Sendable {
    /// Everything is as it was.
    case same
    /// One opaque error, at least; whatever is shown besides is as it was.
    case refused(String)
    /// Something is not there any more, and nothing that is there is wrong.
    case hidden(String)
    /// The whole vault is as it was after an earlier write: its last writes are gone, as after a power cut.
    case older
    /// An index or a note that nobody vouches for is another one.
    case altered(String)
    /// Something is shown that was never written.
    case wrong(String)
    /// An error that is none of ours.
    case strange(String)

    /// One word, and a second one that says where.
    var outcome: String {
        switch self {
        case .same: "same"
        case .refused(let code): "refused \(code)"
        case .hidden(let what): "hidden \(what)"
        case .older: "older"
        case .altered(let what): "altered \(what)"
        case .wrong(let what): "WRONG \(what)"
        case .strange(let type): "STRANGE \(type)"
        }
    }

    /// Compares what a vault shows with the truth, and with what was true before.
    static func of(_ found: Contents, _ truth: Contents, before: Contents) -> Judgement {
        if let type = found.strange.first { return .strange(type) }
        let wrong = wrong(found, truth)
        // What is refused may show older values besides, if the error says so.
        if wrong != nil, isMixture(found, truth, before) {
            if let code = found.refusals.first { return .refused(code) }
            // Nothing was refused: the chain must have lost its end together with the rest.
            if found.audit.count < truth.audit.count { return .older }
        }
        if let wrong { return .wrong(wrong) }
        if let code = found.refusals.first { return .refused(code) }
        if let what = hidden(found, truth) { return .hidden(what) }
        if let what = altered(found, truth) { return .altered(what) }
        return .same
    }

    /// Whether everything that is shown was written once, now or before.
    private static func isMixture(_ found: Contents, _ truth: Contents, _ before: Contents) -> Bool {
        let ever = truth.listed + before.listed
        let journal = truth.journal.starts(with: found.journal)
        return (found.listed + found.due + found.asked.values).allSatisfy(ever.contains) && journal
            && truth.audit.starts(with: found.audit)
    }

    /// What somebody who looks says of a vault that shows nothing wrong: a check of the whole, and a client that has seen it.
    static func witnesses(of found: Contents, _ fixture: Fixture, _ baseline: VerifyReport) async -> String {
        guard let (store, vault) = found.opened else { return "noticed by verify and client" }
        var said: [String] = []
        do {
            let report = try await vault.verify()
            if report.findings.contains(where: { !baseline.findings.contains($0) }) { said.append("verify") }
        } catch {
            said.append("verify")
        }
        do {
            _ = try await Vault.unlock(
                store, with: fixture.identity, remembering: fixture.seen, now: { Fixture.now })
        } catch {
            said.append("client")
        }
        return said.isEmpty ? "unnoticed" : "noticed by " + said.joined(separator: " and ")
    }

    private static func wrong(_ found: Contents, _ truth: Contents) -> String? {
        if found.asked.contains(where: { truth.asked[$0.key] != $0.value }) { return "entry" }
        if found.listed.contains(where: { !truth.listed.contains($0) }) { return "list" }
        if Set(found.listed.map(\.path)).count != found.listed.count { return "list-twice" }
        if found.due.contains(where: { !truth.listed.contains($0) }) { return "due" }
        if !truth.audit.starts(with: found.audit) { return "audit" }
        if !truth.journal.starts(with: found.journal) { return "journal" }
        if found.wishes.contains(where: { !truth.wishes.contains($0) }) { return "wish" }
        return nil
    }

    private static func hidden(_ found: Contents, _ truth: Contents) -> String? {
        if found.asked.count < truth.asked.count { return "entry" }
        if found.listed.count < truth.listed.count { return "list" }
        if found.due.count < truth.due.count { return "due" }
        if found.audit.count < truth.audit.count { return "audit" }
        if found.journal.count < truth.journal.count { return "journal" }
        if !Set(truth.rotations).isSubset(of: found.rotations) { return "rotation" }
        if found.known.count < truth.known.count { return "fingerprint" }
        if found.collected.count < truth.collected.count { return "collected" }
        if found.wishes.count + found.void.count < truth.wishes.count { return "wish" }
        if found.boxes.count < truth.boxes.count { return "passphrase" }
        return nil
    }

    private static func altered(_ found: Contents, _ truth: Contents) -> String? {
        if found.known.contains(where: { !$0.value && truth.known[$0.key] == true }) { return "fingerprint" }
        // The other way round: a good token is taken for a spent one.
        if found.known != truth.known { return "good-token-spent" }
        if found.rotations != truth.rotations { return "rotation" }
        if found.collected != truth.collected { return "collected" }
        if found.wishes != truth.wishes || !found.void.isEmpty { return "wish" }
        if found.boxes != truth.boxes { return "passphrase" }
        return nil
    }
}
