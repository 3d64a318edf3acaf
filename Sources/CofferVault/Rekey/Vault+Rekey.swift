// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation
import Synchronization

extension Vault {
    /// How often a space is begun anew because newer keys, begun by others, have overtaken it.
    private static let rekeyAttempts = 16

    /// What does not change from space to space.
    private struct Rekeying {
        let reason: String
        let wait: Duration
        let clock: any Clock<Duration>
        let batchLength: Int
        let naming: SpillNaming?
        let progress: @Sendable (RekeyProgress) -> Void
    }

    /// Brings spaces under new keys: begins a generation where there is but one, seals everything again under the
    /// newest, and retires the older ones once nothing needs them.
    ///
    /// It can be cut off at any point and be run again; others read and write meanwhile. A space in which what was
    /// written last can't be told, since the chain of somebody who may write there is damaged, is left as it is.
    ///
    /// - Parameters:
    ///   - names: The spaces; all whose keys this identity holds if empty.
    ///   - reason: For the events.
    ///   - wait: How long to wait for refreshes that began before, and for whoever reads all the while.
    ///   - clock: What waiting is done with.
    ///   - batchLength: Rows in one transaction; 1,000 are some 60 ms of work, during which other writers wait.
    ///   - progress: Hears how far it is.
    ///   - naming: How the folders are found that entries name for answers.
    /// - Returns: what became of each space; spaces that need it and whose keys others hold are among them.
    /// - Throws: ``VaultError/Code/notPermitted`` if this identity is no owner, or does not hold a space that is named,
    ///   ``VaultError/Code/missing``; ``VaultError/damaged`` if the newest keys do not open what they seal.
    package func rekey(
        _ names: [String] = [], reason: String = "", wait: Duration = .seconds(90),
        clock: any Clock<Duration> = ContinuousClock(), batchLength: Int = 1_000,
        progress: @escaping @Sendable (RekeyProgress) -> Void = { _ in },
        naming: SpillNaming? = nil
    ) async throws -> RekeyReport {
        try await takeNewest()
        let chosen = try spacesToRekey(names)
        let rekeying = Rekeying(
            reason: reason, wait: wait, clock: clock, batchLength: batchLength, naming: naming, progress: progress)
        var report = RekeyReport()
        let read = try await RekeyRun.readChains(of: self)
        var chains = read.chains
        report.mendedHashCount = read.mended
        for name in chosen {
            let space: RekeyReport.Space
            (space, chains) = try await rekey(name, rekeying, chains)
            report.spaces.append(space)
        }
        if names.isEmpty { report.spaces += spacesOfOthers() }
        return report
    }

    private func rekey(
        _ name: String, _ rekeying: Rekeying, _ read: ChainReading
    ) async throws -> (RekeyReport.Space, ChainReading) {
        var chains = read
        var report: RekeyReport.Space?
        for _ in 0..<Self.rekeyAttempts {
            // Whoever overtook the last attempt may not have been met by this vault itself yet.
            try await takeNewest()
            if let kept = kept(name, after: report, chains) { return (kept, chains) }
            let generations = state.manifest.spaces.first { $0.name == name }?.generations.map(\.number) ?? []
            if generations.count == 1 {
                if var done = report {
                    // Whoever overtook this has been through himself.
                    done.generation = generations[0]
                    return (done, chains)
                }
                // A re-keying that was begun and not finished, or a removal, has begun one already.
                _ = try await beginGeneration(of: name, reason: rekeying.reason)
            }
            guard let space = state.spaces[name] else {
                throw VaultError(.missing, "the space \(name) was removed meanwhile")
            }
            let run = try await RekeyRun(
                self, space, reason: rekeying.reason, batchLength: rekeying.batchLength, chains: chains,
                after: report, naming: rekeying.naming, progress: rekeying.progress)
            let isThrough = try await run.finish(wait: rekeying.wait, clock: rekeying.clock)
            chains = run.chains.withLock { $0 }
            let outcome = run.report.withLock { $0 }
            if isThrough { return (outcome, chains) }
            report = outcome
        }
        report?.kept = .changing
        return (report ?? RekeyReport.Space(name: name, generation: 0, kept: .changing), chains)
    }

    /// What is said of a space that can't be begun: a row that was put back would be signed anew.
    private func kept(
        _ name: String, after report: RekeyReport.Space?, _ chains: ChainReading
    ) -> RekeyReport.Space? {
        guard let space = state.spaces[name] else { return nil }
        let broken = chains.brokenNames(in: space.id)
        guard !broken.isEmpty else { return nil }
        var kept = report ?? RekeyReport.Space(name: name, generation: space.current.generation)
        kept.kept = .damaged
        kept.damaged = broken.map {
            RekeyReport.Damage(
                place: "chain of \($0)", what: "it is not whole, so what was written last in \(name) can't be told")
        }
        return kept
    }

    /// The spaces that were meant.
    private func spacesToRekey(_ names: [String]) throws -> [String] {
        let state = state
        guard state.owners.contains(state.identity.publicIdentity) else {
            throw VaultError(.notPermitted, "only an owner may re-key a space")
        }
        let held = Set(state.spaces.values.filter { $0.role > .reader }.map(\.name))
        guard !names.isEmpty else { return held.sorted() }
        let chosen = Set(names).sorted()
        for name in chosen where !held.contains(name) {
            guard state.manifest.spaces.contains(where: { $0.name == name }) else {
                throw VaultError(
                    .missing, Manifest.isName(name) ? "there is no space called \(name)" : "there is no such space")
            }
            throw VaultError(
                .notPermitted, "this identity does not hold the keys of space \(name)",
                hint: "an owner who does must run: coffer rekey \(name)")
        }
        return chosen
    }

    /// The spaces with older generations whose keys this identity does not hold.
    private func spacesOfOthers() -> [RekeyReport.Space] {
        let state = state
        return state.manifest.spaces.compactMap { space in
            guard (state.spaces[space.name]?.role ?? .reader) == .reader, space.generations.count > 1,
                let newest = space.generations.last
            else { return nil }
            return RekeyReport.Space(name: space.name, generation: newest.number, kept: .notHeld)
        }
    }

    /// Takes the newest manifest up now, and not with the next transaction.
    private func takeNewest() async throws {
        try await reading { _, _ in }
    }
}
