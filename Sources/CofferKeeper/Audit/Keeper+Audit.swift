// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault
import Foundation

extension Keeper {
    /// Whether the identity in use reads the bodies of all events.
    package var readsAllEvents: Bool { vault.isOwner }

    /// The events that are wanted, newest last, and whether older ones were left out.
    ///
    /// - Throws: ``VaultError/Code/missing`` if no identity has the name that is asked for.
    package func auditEvents(
        _ filter: AuditFilter, limit: Int?
    ) async throws -> (events: [AuditEventView], isCutShort: Bool) {
        let (events, isCutShort) = try await vault.auditEvents(
            filter, limit: limit, recording: auditRecord(.showAudit))
        var collected: [AuditEventView] = []
        try await vault.eachCollectedEvent { event in
            guard filter.identity.map({ $0 == event.name }) ?? true, filter.wants(event.record) else { return }
            collected.append(AuditEventView(event))
        }
        let merged = Self.merge(events.map(AuditEventView.init), collected)
        guard let limit, merged.count > limit else { return (merged, isCutShort) }
        return (merged.suffix(limit), true)
    }

    /// Puts what came home from bundles where its time says; the order of the others stays.
    private static func merge(_ events: [AuditEventView], _ collected: [AuditEventView]) -> [AuditEventView] {
        var rest = collected.sorted { ($0.at ?? .distantPast) < ($1.at ?? .distantPast) }[...]
        var merged: [AuditEventView] = []
        for event in events {
            while let next = rest.first, let at = event.at, next.at ?? .distantPast < at {
                merged.append(next)
                rest.removeFirst()
            }
            merged.append(event)
        }
        return merged + rest
    }

    /// Checks every chain of events; nothing is opened, and nothing written.
    package func verifyAudit() async throws -> AuditVerification {
        AuditVerification(try await vault.walkChains())
    }

    /// Whether entries may be read where no event can be written.
    package func allowsUnauditedReading() async throws -> Bool { try await vault.allowsUnauditedReading() }

    /// Sets whether entries may be read where no event can be written.
    ///
    /// - Throws: ``VaultError/Code/notPermitted`` for whoever is no owner.
    package func setUnauditedReading(_ isAllowed: Bool) async throws {
        _ = try await vault.setUnauditedReading(isAllowed, reason: reason)
    }

    func auditRecord(_ action: AuditAction, _ paths: [String] = [], details: [String: String] = [:]) -> AuditRecord {
        AuditRecord(at: effects.now(), action: action, paths: paths, reason: reason, details: details)
    }
}
