// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault

extension Doctor {
    /// Who may touch the vault, the identity, what lies beside them and the folders above.
    func fileFindings() -> [DoctorFinding] {
        [vaultFinding(), identityFileFinding(), besideFinding(), folderFinding(), seenFinding(), spillFinding()]
    }

    private func vaultFinding() -> DoctorFinding {
        guard let path = location.filePath else { return .skipped("vault_file", "the vault lies in a database") }
        guard let file = FileCondition(path, followsLinks: true) else {
            return .failure(
                "vault_file", "there is no vault at \(path)",
                fix: "make one with: coffer init; or name it with --vault", code: "missing")
        }
        guard file.isFile else {
            return .failure("vault_file", "\(path) is not a file", fix: "name the vault's file", code: "not_a_vault")
        }
        if let fault = file.fault {
            return .failure("vault_file", fault.finding, fix: fault.fix, code: "unsafe_permissions")
        }
        return .ok("vault_file", "\(path) is yours alone (mode \(file.mode))")
    }

    private func identityFileFinding() -> DoctorFinding {
        guard let path = location.identityPath else {
            return .skipped("identity_file", "the identity does not come from a file")
        }
        guard let file = FileCondition(path) else {
            return .failure(
                "identity_file", "there is no identity at \(path)",
                fix: "take it from your copy of it, or name it with --identity-file", code: "missing")
        }
        if let fault = file.fault {
            return .failure("identity_file", fault.finding, fix: fault.fix, code: "unsafe_permissions")
        }
        return .ok("identity_file", "\(path) is yours alone (mode \(file.mode))")
    }

    /// SQLite and Coffer make these 0600; somebody who changed one may read boxes or hold up locks.
    private func besideFinding() -> DoctorFinding {
        guard let vault = location.filePath else { return .skipped("files_beside", "the vault lies in a database") }
        let present = FilesBeside.suffixes.compactMap { FileCondition(vault + $0) }
        if let fault = present.lazy.compactMap(\.fault).first {
            return .failure("files_beside", fault.finding, fix: fault.fix, code: "unsafe_permissions")
        }
        guard !present.isEmpty else { return .ok("files_beside", "nothing lies beside the vault") }
        let names = present.map { FilePathText.name(of: $0.path) }.joined(separator: ", ")
        return .ok("files_beside", "yours alone: \(names)")
    }

    private func folderFinding() -> DoctorFinding {
        let paths = [location.filePath, location.identityPath].compactMap(\.self).filter(AtomicFile.exists)
        guard !paths.isEmpty else { return .skipped("folders", "there is neither vault nor identity") }
        for path in paths {
            do {
                try CheckedFile.checkFolders(above: path)
            } catch {
                return Self.failed("folders", error, fix: "take the right to write from others: chmod go-w")
            }
        }
        for folder in Set(paths.map(FilePathText.folder(of:))).sorted() {
            if let found = FileCondition(folder, followsLinks: true), found.isOpenToOthers {
                return .warning(
                    "folders", "\(folder) has mode \(found.mode): others may see which files are in it",
                    fix: "chmod 700 \(folder)")
            }
        }
        return .ok("folders", "nobody else can write in the folders above vault and identity")
    }

    private func seenFinding() -> DoctorFinding {
        guard let folder = location.stateFolder else {
            return .warning(
                "seen_record", "there is no folder for the record of what this machine has seen",
                fix: "set HOME or XDG_STATE_HOME; without the record an older vault can't be told from this one")
        }
        let seen = folder + "/seen"
        guard let found = FileCondition(seen) else {
            return .skipped("seen_record", "there is no record of what this machine has seen yet")
        }
        let files = FileCondition.names(in: seen).compactMap { FileCondition("\(seen)/\($0)") }
        if let fault = ([found] + files).lazy.compactMap(\.fault).first {
            return .failure("seen_record", fault.finding, fix: fault.fix, code: "unsafe_permissions")
        }
        return .ok("seen_record", "\(seen) is yours alone")
    }

    private func spillFinding() -> DoctorFinding {
        guard let prefix = location.filePrefix else {
            return .warning(
                "spill", "there is no folder for answers of providers that the database can't take",
                fix: "set HOME or XDG_STATE_HOME")
        }
        let folder = prefix + FilesBeside.spill
        let count = FileCondition.names(in: folder).count
        guard count > 0 else { return .ok("spill", "no answer of a provider waits outside the vault") }
        return .warning(
            "spill", "\(count) sealed in \(folder): what a provider answered and the vault could not take",
            fix: "see to the room on the disk, then run: coffer refresh --all; never delete them by hand")
    }
}
