// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation
import Synchronization

extension Vault {
    /// Brings spaces under new keys: begins a generation where there is but one, seals everything again under the
    /// newest, and destroys the older ones once nothing needs them.
    ///
    /// It can be cut off at any point and be run again; others read and write meanwhile.
    ///
    /// - Parameters:
    ///   - names: The spaces; all that this identity opens if empty.
    ///   - reason: For the events.
    ///   - wait: How long to wait for refreshes that began before.
    ///   - clock: What waiting is done with.
    ///   - batchLength: Rows in one transaction; 1,000 are some 60 ms of work, during which other writers wait.
    ///   - progress: Hears how far it is.
    /// - Returns: what became of each space.
    /// - Throws: ``VaultError/Code/notPermitted`` if this identity is no owner, ``VaultError/Code/missing``;
    ///   ``VaultError/damaged`` if the record of events is damaged.
    package func rekey(
        _ names: [String] = [], reason: String = "", wait: Duration = .seconds(90),
        clock: any Clock<Duration> = ContinuousClock(), batchLength: Int = 1_000,
        progress: @escaping @Sendable (RekeyProgress) -> Void = { _ in }
    ) async throws -> RekeyReport {
        try await takeNewest()
        let state = state
        guard state.owners.contains(state.identity.publicIdentity) else {
            throw VaultError(.notPermitted, "only an owner may re-key a space")
        }
        let chosen = names.isEmpty ? state.spaces.keys.sorted() : Set(names).sorted()
        for name in chosen where state.spaces[name] == nil {
            throw VaultError(
                .missing, Manifest.isName(name) ? "there is no space called \(name)" : "there is no such space")
        }
        // Before anything begins: with damaged chains nothing could be finished.
        var chains = try await RekeyRun.readChains(of: self)
        var report = RekeyReport()
        for name in chosen {
            // A re-keying that was begun and not finished, or a removal, has begun one already.
            let space = self.state.manifest.spaces.first { $0.name == name }
            if let space, space.generations.count == 1 { _ = try await beginGeneration(of: name, reason: reason) }
            guard let space = self.state.spaces[name] else {
                throw VaultError(.missing, "the space \(name) was removed meanwhile")
            }
            let run = try RekeyRun(
                self, space, reason: reason, batchLength: batchLength, chains: chains, progress: progress)
            try await run.reseal()
            report.spaces.append(try await run.drop(wait: wait, clock: clock))
            chains = run.chains.withLock { $0 }
        }
        if report.spaces.contains(where: { !$0.dropped.isEmpty }) {
            do {
                try await store.truncateLog()
            } catch let error as VaultError where error.code == .busy {
                report.isLogLeft = true
            }
        }
        return report
    }

    /// Takes the newest manifest up now, and not with the next transaction.
    private func takeNewest() async throws {
        try await reading { _, _ in }
    }
}
