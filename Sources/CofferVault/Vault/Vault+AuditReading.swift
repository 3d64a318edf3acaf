// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

extension Vault {
    /// Events of a bundle that are read in one transaction.
    private static let collectedPageLength = 128

    /// Whether this identity is an owner, whom the bodies of all events are sealed to.
    package var isOwner: Bool {
        state.manifest.members.contains { $0.isOwner && $0.identity == identity.publicIdentity }
    }

    /// The events that are wanted, newest last.
    ///
    /// An owner reads all chains, anybody else its own, and of that the clear part. The chains are read as they are when this begins,
    /// a page at a time; with a limit no more is held than that many events and a page of each chain.
    ///
    /// - Parameters:
    ///   - filter: Which.
    ///   - limit: How many of the newest; nil for all.
    ///   - record: The event of the reading itself, written before anything is shown.
    /// - Returns: the events, and whether older ones were left out.
    /// - Throws: ``VaultError/Code/missing`` if no identity has the name that the filter asks for.
    package func auditEvents(
        _ filter: AuditFilter, limit: Int?, recording record: AuditRecord
    ) async throws -> (events: [AuditListing], isCutShort: Bool) {
        let direction: ChainCursor.Direction = limit == nil ? .forwards : .backwards
        let cursors = try await cursors(filter, direction)
        try await self.record(record)
        var (found, isCutShort): ([AuditListing], Bool) = ([], false)
        try await visit(filter, cursors, direction) { listing in
            if let limit, found.count >= limit {
                isCutShort = true
                return false
            }
            found.append(listing)
            return true
        }
        return (limit == nil ? found : found.reversed(), isCutShort)
    }

    /// Goes through the events that are wanted, newest first; with a `since` no further than a day beyond it.
    ///
    /// - Parameters:
    ///   - filter: Which.
    ///   - visit: Gets each, as far as this identity reads it.
    /// - Throws: what the store throws.
    package func eachNewestEvent(_ filter: AuditFilter, _ visit: (AuditListing) -> Void) async throws {
        try await self.visit(filter, try await cursors(filter, .backwards), .backwards) { listing in
            visit(listing)
            return true
        }
    }

    /// Reads chains a page at a time until `visit` says no.
    private func visit(
        _ filter: AuditFilter, _ cursors: [ChainCursor], _ direction: ChainCursor.Direction,
        _ visit: (AuditListing) -> Bool
    ) async throws {
        var merge = AuditMerge(cursors, direction)
        while true {
            if merge.isHungry {
                let hungry = merge
                merge = try await reading { state, reader in
                    var fed = hungry
                    try fed.fill(reader, openedBy: state.identity)
                    return fed
                }
            }
            guard let listing = merge.next(filter) else { return }
            guard !filter.wants(listing) || visit(listing) else { return }
        }
    }

    /// Goes through the events that came home from bundles, as far as they are sealed to this identity: none for whoever is
    /// no owner.
    ///
    /// A page is read at a time, each in a transaction of its own.
    package func eachCollectedEvent(_ visit: (CollectedListing) -> Void) async throws {
        for bundle in try await reading({ try $1.collectedBundles() }) {
            var next: UInt64? = 1
            while let first = next {
                let (listings, following) = try await reading { state, reader in
                    let page = try reader.collectedEvents(of: bundle, from: first, limit: Self.collectedPageLength)
                    let listings = page.compactMap { CollectedListing($0, of: bundle, in: state) }
                    return (listings, page.count < Self.collectedPageLength ? nil : Self.sequence(after: page, first))
                }
                listings.forEach(visit)
                next = following
            }
        }
    }

    /// The number behind a page that began with another; nil for one that nothing can follow.
    private static func sequence(after page: [[UInt8]], _ first: UInt64) -> UInt64? {
        let last = page.last.flatMap { try? AuditEvent(decoding: $0).sequence } ?? 0
        let next = max(last.addingReportingOverflow(1).partialValue, first + UInt64(page.count))
        return next < UInt64(Int64.max) ? next : nil
    }

    private func cursors(_ filter: AuditFilter, _ direction: ChainCursor.Direction) async throws -> [ChainCursor] {
        let (isOwner, own) = (isOwner, identity.publicIdentity.signingKey)
        return try await reading { state, reader in
            let heads = try reader.heads()
            let known = ChainSigner.all(in: state.manifest)
            let strangers = heads.map(\.signer).filter { key in !known.contains { $0.key == key } }
            let all = known + strangers.map(ChainSigner.init(unknown:))
            let named = filter.identity.map { name in all.filter { $0.name == name } } ?? all
            guard !named.isEmpty else {
                throw VaultError(.missing, "no identity of the vault is or was called \(filter.identity ?? "")")
            }
            return named.filter { isOwner || $0.key == own }.map { signer in
                ChainCursor(signer, through: heads.first { $0.signer == signer.key }?.sequence ?? 0, direction)
            }
        }
    }
}
