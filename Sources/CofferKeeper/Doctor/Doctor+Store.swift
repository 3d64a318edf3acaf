// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault

extension Doctor {
    /// A log this large, in bytes, is never written back, since somebody holds an old state of the vault open.
    private static let largeLog: Int64 = 64 << 20

    /// What SQLite says of the file, or the server of the database.
    func storeFindings() async -> [DoctorFinding] {
        guard !location.isDatabase else { return await databaseFindings() }
        guard FileCondition(location.vaultPath, followsLinks: true) != nil else {
            return ["store_settings", "store_integrity", "log_size"].map { .skipped($0, "there is no vault") }
        }
        do {
            let condition = try await SQLiteStore.open(location.vaultPath).condition()
            return [Self.settings(condition), Self.integrity(condition), Self.log(condition)]
        } catch {
            let fix =
                (error as? VaultError)?.code == .busy
                ? "wait for the other process, or end it"
                : "restore a backup if this is the vault; name it with --vault if not"
            return [
                Self.failed("store_settings", error, fix: fix),
                .skipped("store_integrity", "the vault's file can't be opened"),
                .skipped("log_size", "the vault's file can't be opened"),
            ]
        }
    }

    private static func settings(_ condition: StoreCondition) -> DoctorFinding {
        let differences = SQLiteStore.differences(in: condition)
        guard differences.isEmpty else {
            return .failure(
                "store_settings", differences.joined(separator: "; "),
                fix: "use a SQLite library that is not built to ignore them, and a local disk", code: "configuration")
        }
        return .ok(
            "store_settings",
            "write-ahead log, full synchronisation, secure deletion, format \(condition.format)")
    }

    static func integrity(_ condition: StoreCondition) -> DoctorFinding {
        guard let first = condition.faults.first else {
            return .ok("store_integrity", "the file holds together (\(condition.byteCount >> 10) KiB)")
        }
        return .failure(
            "store_integrity", "the file is damaged: \(first)", fix: "restore a backup", code: "damaged")
    }

    static func log(_ condition: StoreCondition) -> DoctorFinding {
        let size = "the write-ahead log has \(condition.logByteCount >> 10) KiB"
        guard condition.logByteCount > largeLog else { return .ok("log_size", size) }
        return .warning(
            "log_size", size, fix: "end the program that has held the vault open for so long; the log shrinks by itself"
        )
    }
}
