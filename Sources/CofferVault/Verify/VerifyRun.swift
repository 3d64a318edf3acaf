// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// One check of everything that a vault holds.
///
/// It reads a page at a time, each in a transaction of its own, so that others go on working; what they write
/// meanwhile is taken into account, since the chains are read on before each page.
final class VerifyRun: Sendable {
    /// What grows while the check runs.
    struct Contents: Sendable {
        var chains = ChainReading(.everything)
        var report = VerifyReport()
        var list = FindingList()
        /// Spaces whose boxes could not be opened, by name.
        var closedSpaces: Set<String> = []
        /// Folders other than the vault's own that entries name for an answer.
        var namedFolders: [NamedSpillFolder] = []
    }

    /// Rows in one transaction.
    static let pageLength = 256

    let vault: Vault
    let index: @Sendable (Entry) -> IndexExpectation
    let spillFolder: @Sendable (Entry) -> String?
    private let progress: @Sendable (VerifyProgress) -> Void
    let contents = Mutex(Contents())

    init(
        _ vault: Vault, index: @escaping @Sendable (Entry) -> IndexExpectation,
        spillFolder: @escaping @Sendable (Entry) -> String?,
        progress: @escaping @Sendable (VerifyProgress) -> Void
    ) {
        self.vault = vault
        self.index = index
        self.spillFolder = spillFolder
        self.progress = progress
    }

    /// Checks everything, part by part.
    func run() async throws -> VerifyReport {
        try await part(.store, "the store") { try await checkStore() }
        try await part(.manifests, "the membership") { try await checkManifests() }
        try await part(.events, "the chains of events") { try await checkChains() }
        try await part(.events, "the events from bundles") { try await checkCollected() }
        try await part(.entries, "the entries") { try await checkRows() }
        try await part(.journals, "the journals of rotations") { try await checkJournals() }
        try await part(.entries, "the entries") { try await checkAbsent() }
        try await part(.index, "the index of events") { try await checkIndex() }
        try await part(.fingerprints, "the fingerprints") { try await checkFingerprints() }
        try await part(.wishes, "the wishes") { try await checkWishes() }
        try await part(.files, "the spill folder") { try await checkSpill() }
        try await part(.files, "the spill folders that intents name") { try await checkNamedSpill() }
        return contents.withLock { contents in
            var report = contents.report
            let chains = contents.chains.walk.report
            report.findings = chains.findings.map(VerifyFinding.init) + contents.list.findings
            report.omittedFindingCount = chains.omittedFindingCount + contents.list.omittedCount
            report.counts.events = contents.chains.eventCount
            report.counts.chains = chains.chains.count { $0.end > 0 }
            return report
        }
    }

    /// Runs a part of the check; what the store can't read ends the part and not the check.
    private func part(
        _ stage: VerifyProgress.Stage, _ place: String, _ body: () async throws -> Void
    ) async throws {
        tell(stage, 0)
        do {
            try await body()
        } catch let error as VaultError where [.damaged, .unreadable].contains(error.code) {
            add(
                .damaged, place, "the file can't be read on here, and the rest of this part was not checked",
                remedy: "keep a copy of the vault as it is, then restore a backup")
        }
    }

    /// Tells how far it is.
    func tell(_ stage: VerifyProgress.Stage, _ count: Int) {
        progress(VerifyProgress(stage: stage, count: count))
    }

    /// Notes a finding.
    func add(_ severity: VerifyFinding.Severity, _ place: String, _ what: String, remedy: String = "") {
        contents.withLock { $0.list.add(severity, place, what, remedy: remedy) }
    }
}

extension Vault {
    /// Checks every manifest, event, row, box, journal, index and spilled answer; what is damaged is listed, and the
    /// check goes on.
    ///
    /// - Parameters:
    ///   - index: Says what an entry's index columns should be, from what is inside.
    ///   - spillFolder: Says which folder an entry names for an answer, from what is inside.
    ///   - progress: Hears how far it is.
    /// - Returns: what was found.
    /// - Throws: ``VaultError/Code/busy`` and whatever else keeps the store from being read at all.
    package func verify(
        index: @escaping @Sendable (Entry) -> IndexExpectation = { _ in .unknown },
        spillFolder: @escaping @Sendable (Entry) -> String? = { _ in nil },
        progress: @escaping @Sendable (VerifyProgress) -> Void = { _ in }
    ) async throws -> VerifyReport {
        try await VerifyRun(self, index: index, spillFolder: spillFolder, progress: progress).run()
    }
}
