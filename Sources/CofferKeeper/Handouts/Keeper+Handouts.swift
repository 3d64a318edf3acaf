// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

extension Keeper {
    /// What serves a request and is at hand on this thread; it is counted.
    ///
    /// Nothing that isn't needed is done here: a program asks before each use.
    func atHand(_ request: CredentialRequest) -> Credential? {
        guard !request.isNarrowed, Asker.isNobodyElse else { return nil }
        return atHand(request.path, request.minimumValidity)
    }

    private func atHand(
        _ path: CredentialPath, _ minimumValidity: Duration?, as action: AuditAction? = nil
    ) -> Credential? {
        memory.recallAtHand(path, minimumValidity, as: action, at: effects.seconds()) { vault.isUnchanged(since: $0) }
    }

    /// What this process may hand out again without reading the vault; it is counted.
    func recalled(
        _ key: HandoutKey, _ minimumValidity: Duration?, as action: AuditAction? = nil
    ) -> Credential? {
        if key.isPlain, let credential = atHand(key.path, minimumValidity, as: action) { return credential }
        return memory.recall(key, minimumValidity, as: action, now: effects.now()) { vault.isUnchanged(since: $0) }
    }

    /// Lets a value out: as an event for each version, as a count for what this process handed out before.
    ///
    /// - Parameters:
    ///   - handout: What is let out.
    ///   - fences: The entries it was read from; they must still stand.
    /// - Throws: ``VaultError/Code/conflict`` if they don't: then it must be read anew.
    func letOut(_ handout: Handout, from fences: [EntryFence]) async throws {
        if memory.isRepeated(handout, isUnchanged: { vault.isUnchanged(since: $0) }) { return }
        await settle(memory.takeCounts(before: handout))
        try await record(
            handout.action, [handout.credential.path], Self.remark(handout.ticket),
            details: Self.details(handout.action, handout.credential.version, handout.narrowing, handout.ticket),
            fences: fences)
        memory.keep(handout)
        effects.events.handedOut(handout.credential)
    }

    /// Waits for refreshes under way and records what was only counted; the end of a program that runs on.
    package func close() async {
        await landed()
        await settle(memory.takeAll())
    }

    /// Records what was only counted: an event for each version, which says how often.
    ///
    /// What can't be recorded now is kept for the next time.
    private func settle(_ counts: [HandoutMemory.Repeats]) async {
        for (index, repeats) in counts.enumerated() {
            var details = Self.details(repeats.action, repeats.version, repeats.narrowing, repeats.ticket)
            details["repeats"] = "\(repeats.count)"
            let times = "\(repeats.count) more time\(repeats.count == 1 ? "" : "s")"
            let remark = repeats.narrowing.map { "\(times), \($0.phrase)" } ?? times
            do {
                try await record(
                    repeats.action, [repeats.path], Self.join(Self.remark(repeats.ticket), remark), details: details)
            } catch {
                effects.log.notice("how often values were handed out again could not be recorded")
                return memory.restore(Array(counts[index...]))
            }
        }
    }

    private static func remark(_ ticket: TicketID?) -> String { ticket.map { "ticket \($0.name)" } ?? "" }

    private static func details(
        _ action: AuditAction, _ version: Int, _ narrowing: TokenNarrowing?, _ ticket: TicketID?
    ) -> [String: String] {
        var details = Asker.details(ticket)
        details["version"] = "\(version)"
        if action == .read { details["field"] = "value" }
        details["scope"] = narrowing?.scope
        details["audience"] = narrowing?.audience
        details["resource"] = narrowing?.resource
        return details
    }
}
