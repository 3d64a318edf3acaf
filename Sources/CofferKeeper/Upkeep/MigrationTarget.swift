// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Where `coffer migrate` brings a vault: a database, or a file that has another name until it is whole.
struct MigrationTarget: Sendable {
    /// What stands between the file's name and the vault's id meanwhile.
    private static let infix = ".moving-"

    /// The place, as everybody names it afterwards.
    let location: VaultLocation
    private let vaultID: VaultID

    /// Judges a name.
    ///
    /// - Parameters:
    ///   - name: A path, or the URL of a database.
    ///   - vaultID: The vault.
    ///   - old: Where the vault is.
    /// - Throws: ``KeeperError/Code/usage`` for the vault itself and what belongs to it, and for a URL that names no database;
    ///   ``VaultError/Code/missing`` for the folder.
    init(_ name: String, of vaultID: VaultID, at old: VaultLocation) throws {
        let location = VaultLocation(
            vaultPath: name.contains("://") ? name : FilePathText.absolute(name), identity: old.identity, pin: old.pin,
            stateFolder: old.stateFolder)
        // Not repeated: a password may be in it.
        guard location.isDatabase || !name.contains("://") else {
            throw KeeperError(.usage, "the URL is none of PostgreSQL's (postgres://…), and no file's path")
        }
        guard location.vaultPath != old.vaultPath else { throw Self.itself }
        if !location.isDatabase {
            if AtomicFile.exists(location.vaultPath) {
                // What lies there decides: it may be where an earlier call was cut off.
                guard old.isDatabase || !FileCopy.isSame(location.vaultPath, old.vaultPath) else { throw Self.itself }
            } else {
                _ = try TargetFile(location.vaultPath, replacing: false, sparing: old)
            }
        }
        self.location = location
        self.vaultID = vaultID
    }

    private static var itself: KeeperError { KeeperError(.usage, "the vault lies there already; name another place") }

    /// How the vault's mark names the place; a database's administrator is told no file's name.
    func destination(from old: VaultLocation) -> MoveDestination {
        MoveDestination(
            location.isDatabase ? .database : .file, named: location.vaultPath, isTold: !old.isDatabase)
    }

    /// The name that the file has until it is whole.
    private var unfinished: String { "\(location.vaultPath)\(Self.infix)\(vaultID)" }

    /// What SQLite keeps while it makes the tables; whoever is cut off at its end leaves it.
    private var journal: String { unfinished + "-journal" }

    private func isBeingMade(_ error: VaultError) -> Bool { error.code == .damaged && AtomicFile.exists(journal) }

    /// Opens what an earlier call has begun, or makes an empty store; of a database, also its tables.
    ///
    /// - Returns: the store, and whether it is a file that has another name yet.
    /// - Throws: as opening and making a store.
    func open() async throws -> (store: any VaultStore, isUnnamed: Bool) {
        guard !location.isDatabase else { return (try await location.openOrMakeDatabase { _ in }.store, false) }
        if AtomicFile.exists(location.vaultPath) { return (try SQLiteStore.open(location.vaultPath), false) }
        if AtomicFile.exists(unfinished) {
            do {
                return (try SQLiteStore.open(unfinished), true)
            } catch let error as VaultError where error.code == .foreign || isBeingMade(error) {
                // Nothing lies in it yet. A journal goes last: without it the file would be half of something.
                for suffix in [""] + FilesBeside.suffixes { unlink(unfinished + suffix) }
            }
        }
        unlink(journal)
        return (try SQLiteStore.create(unfinished), true)
    }

    /// Where answers go that can't be committed, under the name that the vault has afterwards; nil where the store knows.
    var spill: (any SpillStore)? { location.isDatabase ? nil : SpillFolder(beside: location.vaultPath) }

    /// Gives a finished file its name; the store is closed then.
    ///
    /// - Parameters:
    ///   - store: What ``open()`` gave.
    ///   - isUnnamed: Whether it has another name yet.
    /// - Throws: ``VaultError/Code/exists`` if another file has it by now: the vault keeps the other name then.
    func finish(_ store: any VaultStore, isUnnamed: Bool) throws {
        guard !location.isDatabase else { return }
        if isUnnamed {
            try (store as? SQLiteStore)?.seal()
            try AtomicFile.put(unfinished, at: location.vaultPath, replacing: false)
        } else if FileCopy.isSame(unfinished, location.vaultPath) {
            // A cut between link(2) and unlink(2) leaves the name it was finished under.
            unlink(unfinished)
        }
    }
}
