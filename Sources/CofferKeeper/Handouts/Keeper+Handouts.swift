// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

extension Keeper {
    /// What this process may hand out again without reading the vault; it is counted.
    func recalled(
        _ key: HandoutKey, _ minimumValidity: Duration?, as action: AuditAction? = nil
    ) -> Credential? {
        memory.recall(key, minimumValidity, as: action, now: effects.now()) { vault.isUnchanged(since: $0) }
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
            handout.action, [handout.credential.path],
            details: Self.details(handout.action, handout.credential.version, handout.narrowing),
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
            var details = Self.details(repeats.action, repeats.version, repeats.narrowing)
            details["repeats"] = "\(repeats.count)"
            let times = "\(repeats.count) more time\(repeats.count == 1 ? "" : "s")"
            let remark = repeats.narrowing.map { "\(times), \($0.phrase)" } ?? times
            do {
                try await record(repeats.action, [repeats.path], remark, details: details)
            } catch {
                effects.log.notice("how often values were handed out again could not be recorded")
                return memory.restore(Array(counts[index...]))
            }
        }
    }

    private static func details(
        _ action: AuditAction, _ version: Int, _ narrowing: TokenNarrowing? = nil
    ) -> [String: String] {
        var details = ["version": "\(version)"]
        if action == .read { details["field"] = "value" }
        details["scope"] = narrowing?.scope
        details["audience"] = narrowing?.audience
        details["resource"] = narrowing?.resource
        return details
    }
}
