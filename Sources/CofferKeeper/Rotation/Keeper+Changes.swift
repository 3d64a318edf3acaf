// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension Keeper {
    /// Changes a connection's record by compare-and-swap; the body returns false where nothing is to change.
    ///
    /// Gone connections are passed over: what was removed needs no change.
    @discardableResult
    func changeConnection(
        _ path: CredentialPath, action: AuditAction, reason: String,
        tracing traced: (ConnectionRecord) -> [TracedSecret] = { _ in [] },
        _ body: (inout ConnectionRecord) throws -> Bool
    ) async throws -> ConnectionRecord? {
        try await amongOthers(path) { try await changeOnce(path, action, reason, traced, body) }
    }

    private func changeOnce(
        _ path: CredentialPath, _ action: AuditAction, _ remark: String,
        _ traced: (ConnectionRecord) -> [TracedSecret], _ body: (inout ConnectionRecord) throws -> Bool
    ) async throws -> ConnectionRecord? {
        guard var entry = try await vault.inspect(path), entry.kind == .connection else { return nil }
        if let appPath = path.parent, let appEntry = try await vault.inspect(appPath),
            try await grants.takeInSpill(GrantPair(entry: entry, appEntry: appEntry))
        {
            guard let newer = try await vault.inspect(path) else { return nil }
            entry = newer
        }
        var record = try ConnectionRecord(entry)
        guard try body(&record) else { return record }
        _ = try await vault.commit(
            WriteBatch(
                action, reason: because(remark), details: ["version": "\(record.tokenVersion)"],
                drafts: [try record.draft(replacing: entry, traced: traced(record))]))
        return record
    }
}
