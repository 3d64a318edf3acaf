// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferPostgres
import CofferSQLite
import CofferVault
import PostgresServer
import Testing

/// The stores that are run through the suite.
enum ConformingStore: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory
    case sqlite
    case postgres

    /// Those that can be had here.
    static let present = allCases.filter { $0 != .postgres || PostgresServer.isInstalled }

    var testDescription: String { rawValue }
}

/// One test for each promise of ``VaultStore``, on every store there is.
@Suite(.timeLimit(.minutes(3))) struct VaultStoreConformanceTests {
    private static func with(
        _ kind: ConformingStore, _ body: (VaultStoreConformance) async throws -> Void
    ) async throws {
        switch kind {
        case .memory:
            // In memory, a second handle can only be the same object.
            try await body(
                VaultStoreConformance(
                    make: { MemoryStore() }, reopen: { $0 }, hasCounter: true, hasSharedCells: false, copying: nil))
        case .sqlite:
            let folder = try TemporaryFolder()
            // Writers wait for each other however long this process stands still.
            let patient: @Sendable () throws -> SQLiteStore = {
                try SQLiteStore.open(folder.file("vault.db"), busyWait: 120)
            }
            try await body(
                VaultStoreConformance(
                    make: {
                        try SQLiteStore.create(folder.file("vault.db")).seal()
                        return try patient()
                    },
                    reopen: { _ in try patient() }, hasCounter: true,
                    hasSharedCells: true, copying: (folder.file("copy.db"), { try SQLiteStore.open($0) })))
            withExtendedLifetime(folder) {}
        case .postgres:
            let database = try PostgresServer.shared().makeDatabase()
            let folder = try TemporaryFolder()
            try await body(
                VaultStoreConformance(
                    make: { try await PostgresStore.create(database.url, beside: folder.file("vault")) },
                    reopen: { _ in try await PostgresStore.open(database.url, beside: folder.file("vault")) },
                    hasCounter: true, tellsLater: true, hasSharedCells: false, copying: nil))
            withExtendedLifetime(folder) {}
        }
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
    func `every kind of store is among those that are tested`() {
        #expect(ConformingStore.present == ConformingStore.allCases)
    }

    @Test(arguments: ConformingStore.present)
    func `what a throwing transaction wrote is undone`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.whatAThrowingTransactionWroteIsUndone() }
    }

    @Test(arguments: ConformingStore.present)
    func `another handle sees what was committed`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.anotherHandleSeesWhatWasCommitted() }
    }

    @Test(arguments: ConformingStore.present)
    func `writers of two handles do not overlap`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.writersOfTwoHandlesDoNotOverlap() }
    }

    @Test(arguments: ConformingStore.present)
    func `cancelling the caller does not undo a write`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.cancellationDoesNotUndoAWrite() }
    }

    @Test(arguments: ConformingStore.present)
    func `a taken id or path is refused`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aTakenIdOrPathIsRefused() }
    }

    @Test(arguments: ConformingStore.present)
    func `only the expected version is replaced or removed`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.onlyTheExpectedVersionIsReplacedOrRemoved() }
    }

    @Test(arguments: ConformingStore.present)
    func `due rows come in order up to the instant`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.dueRowsComeInOrderUpToTheInstant() }
    }

    @Test(arguments: ConformingStore.present)
    func `manifests come in order and an epoch is taken once`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.manifestsComeInOrderAndAnEpochIsTakenOnce() }
    }

    @Test(arguments: ConformingStore.present)
    func `a place in a chain is taken once`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aPlaceInAChainIsTakenOnce() }
    }

    @Test(arguments: ConformingStore.present)
    func `heads are the newest of each chain`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.headsAreTheNewestOfEachChain() }
    }

    @Test(arguments: ConformingStore.present)
    func `the newest write of an entry is found`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.theNewestWriteOfAnEntryIsFound() }
    }

    @Test(arguments: ConformingStore.present)
    func `a spent fingerprint stays spent`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aSpentFingerprintStaysSpent() }
    }

    @Test(arguments: ConformingStore.present)
    func `a journal keeps its order and takes each place once`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aJournalKeepsItsOrderAndTakesEachPlaceOnce() }
    }

    @Test(arguments: ConformingStore.present)
    func `a lock has one holder`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aLockHasOneHolder() }
    }

    @Test(arguments: ConformingStore.present)
    func `spilled bytes are kept by version`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.spilledBytesAreKeptByVersion() }
    }

    @Test(arguments: ConformingStore.present)
    func `the reserve is given up once`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.theReserveIsGivenUpOnce() }
    }

    @Test(arguments: ConformingStore.present)
    func `rows are paged in the order of their ids`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.rowsArePagedInTheOrderOfTheirIds() }
    }

    @Test(arguments: ConformingStore.present)
    func `the oldest generation is that of rows and journals`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.theOldestGenerationIsThatOfRowsAndJournals() }
    }

    @Test(arguments: ConformingStore.present)
    func `a row is exchanged only for the one that was read`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aRowIsExchangedOnlyForTheOneThatWasRead() }
    }

    @Test(arguments: ConformingStore.present)
    func `a write that binds a version again is the newest`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aWriteThatBindsAVersionAgainIsTheNewest() }
    }

    @Test(arguments: ConformingStore.present)
    func `only the hash of the event that lies there is put beside it`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.onlyTheHashOfTheEventThatLiesThereIsPutBesideIt() }
    }

    @Test(arguments: ConformingStore.present)
    func `journal rows are replaced in their places`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.journalRowsAreReplacedInTheirPlaces() }
    }

    @Test(arguments: ConformingStore.present)
    func `a wish is one per entry and signer`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aWishIsOnePerEntryAndSigner() }
    }

    @Test(arguments: ConformingStore.present)
    func `a passphrase box is one per member`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aPassphraseBoxIsOnePerMember() }
    }

    @Test(arguments: ConformingStore.present)
    func `fingerprints are paged in the order of their tags`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.fingerprintsArePagedInTheOrderOfTheirTags() }
    }

    @Test(arguments: ConformingStore.present)
    func `every handle is told of a change and of nothing else`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.everyHandleIsToldOfAChangeAndOfNothingElse() }
    }

    @Test(arguments: ConformingStore.present)
    func `nobody keeps an odd number after a failure`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.nobodyKeepsAnOddNumberAfterAFailure() }
    }

    @Test(arguments: ConformingStore.present)
    func `a wish is told of apart`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aWishIsToldOfApart() }
    }

    @Test(arguments: ConformingStore.present)
    func `a number never stands for two states`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aNumberNeverStandsForTwoStates() }
    }

    @Test(arguments: ConformingStore.present)
    func `a reader sees one state while others commit`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aReaderSeesOneStateWhileOthersCommit() }
    }

    @Test(arguments: ConformingStore.present)
    func `a transaction sees what it wrote`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aTransactionSeesWhatItWrote() }
    }

    @Test(arguments: ConformingStore.present)
    func `rows due at one instant come in the order of their ids`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.rowsDueAtOneInstantComeInTheOrderOfTheirIds() }
    }

    @Test(arguments: ConformingStore.present)
    func `what is brought home from a bundle keeps its order`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.whatIsBroughtHomeFromABundleKeepsItsOrder() }
    }

    @Test(arguments: ConformingStore.present)
    func `every handle sees which locks are held`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.everyHandleSeesWhichLocksAreHeld() }
    }

    @Test(arguments: ConformingStore.present)
    func `a lock that nobody has any more is given back`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aLockThatNobodyHasIsGivenBack() }
    }

    @Test(arguments: ConformingStore.present)
    func `shared numbers are one for all handles`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.sharedNumbersAreOneForAllHandles() }
    }

    @Test(arguments: ConformingStore.present)
    func `truncating the log loses nothing`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.truncatingTheLogLosesNothing() }
    }

    @Test(arguments: ConformingStore.present)
    func `a copy is of one state and replaces nothing`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.aCopyIsOfOneStateAndReplacesNothing() }
    }

    @Test(arguments: ConformingStore.present)
    func `nothing is wrong with a store that was only written to`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.nothingIsWrongWithAStoreThatWasOnlyWrittenTo() }
    }

    @Test(arguments: ConformingStore.present)
    func `the first manifest names the vault and the newest epoch is told`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.theFirstManifestNamesTheVault() }
    }

    @Test(arguments: ConformingStore.present)
    func `the index of writes is paged in the order of entries and versions`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.theIndexOfWritesIsPaged() }
    }

    @Test(arguments: ConformingStore.present)
    func `keys of entries and journals are found in every space`(store: ConformingStore) async throws {
        try await Self.with(store) { try await $0.keysAreFoundInEverySpace() }
    }
}
