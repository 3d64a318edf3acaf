// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

#if PostgreSQL
import CofferPostgres
#endif

extension Doctor {
    /// The names of the checks of a database.
    private static let settingsCheck = "store_settings"
    private static let integrityCheck = "store_integrity"

    /// What a vault's database says of itself.
    func databaseFindings() async -> [DoctorFinding] {
        let logSize = DoctorFinding.skipped("log_size", "the log is the database's own")
        #if PostgreSQL
        do {
            let store = try await PostgresStore.open(location.vaultPath, beside: VaultLocation.nowhere)
            let condition = try await store.condition()
            return [Self.writing(condition), Self.server(condition), Self.tables(condition), logSize]
        } catch {
            return [
                Self.failed("database", error, fix: Self.databaseFix(error)),
                .skipped(Self.settingsCheck, "the database can't be asked"),
                .skipped(Self.integrityCheck, "the database can't be asked"), logSize,
            ]
        }
        #else
        return [
            Self.failed("database", VaultLocation.lacksDatabases, fix: "install Coffer as its own scripts build it"),
            .skipped(Self.settingsCheck, "the database can't be asked"),
            .skipped(Self.integrityCheck, "the database can't be asked"), logSize,
        ]
        #endif
    }

    #if PostgreSQL
    private static func writing(_ condition: DatabaseCondition) -> DoctorFinding {
        let server = "PostgreSQL \(condition.version)\(condition.isEncrypted ? ", over TLS" : "")"
        guard condition.isReadOnly else { return .ok("database", "\(server) can be read and written") }
        return .warning(
            "database", "\(server) can only be read: a standby, or a database that is set so",
            fix: "name the primary as well, and target_session_attrs=read-write (docs/databases.md)")
    }

    private static func server(_ condition: DatabaseCondition) -> DoctorFinding {
        guard condition.isDurable else {
            return .failure(
                settingsCheck, "the server does not wait for its disk: a power cut there takes refresh tokens back",
                fix: "set fsync and full_page_writes to on in the server's configuration", code: "configuration")
        }
        return .ok(settingsCheck, "a commit outlives a power cut of the server")
    }

    private static func tables(_ condition: DatabaseCondition) -> DoctorFinding {
        guard let first = condition.faults.first else {
            return .ok(integrityCheck, "the tables are as Coffer made them")
        }
        return .failure(
            integrityCheck, "the tables are not as Coffer made them: \(first)",
            fix: "run: coffer verify; then mend the tables, or restore a backup", code: "damaged")
    }

    private static func databaseFix(_ error: any Error) -> String {
        switch (error as? VaultError)?.code {
        case .missing?: "make the vault with: coffer init; or name its database with --vault"
        case .misconfigured?: "install libpq, on Debian and Ubuntu with: apt-get install libpq5"
        case .newerFormat?: "update Coffer"
        case .olderFormat?: "run: coffer upgrade"
        case .unsuitable?: "name a server of PostgreSQL 13 or later, and no pooler"
        default: "see docs/databases.md, and the server's own log"
        }
    }
    #endif
}
