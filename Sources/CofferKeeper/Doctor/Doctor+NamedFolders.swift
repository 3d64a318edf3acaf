// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension Doctor {
    private static let namedFolders = "spill_elsewhere"

    /// The folders, other than the one beside the vault, in which answers may wait: those that open intents name.
    func namedFolderFindings(_ keeper: Keeper?) async -> [DoctorFinding] {
        guard let keeper else { return [.skipped(Self.namedFolders, "the vault does not open")] }
        do {
            return Self.namedFolderFindings(of: try await keeper.vault.inspectAll(), in: keeper.vault)
        } catch {
            return [.skipped(Self.namedFolders, "the connections can't be read; see the vault's other findings")]
        }
    }

    private static func namedFolderFindings(of entries: [Entry], in vault: Vault) -> [DoctorFinding] {
        let connections = entries.filter { $0.kind == .connection }
        var findings: [DoctorFinding] = []
        for entry in connections {
            guard let folder = ConnectionRecord.spillFolder(namedBy: entry), folder != vault.spillFolder else {
                continue
            }
            do {
                guard try vault.holdsSpill(for: entry, in: folder) else { continue }
                findings.append(
                    .warning(
                        namedFolders, "new tokens of \(entry.path) wait in \(folder), where the vault was before",
                        fix: "run: coffer refresh \(entry.path); never delete them by hand"))
            } catch {
                findings.append(
                    failed(
                        namedFolders, error,
                        fix: "new tokens of \(entry.path) may wait in \(folder): let you alone enter and read it"))
            }
        }
        guard findings.isEmpty else { return findings }
        guard connections.allSatisfy({ $0.issue != nil }) else {
            return [.skipped(namedFolders, "this identity may not see where every refresh has its answer put")]
        }
        return [.ok(namedFolders, "no answer waits where the vault was before")]
    }
}
