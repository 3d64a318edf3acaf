// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferCrypto

extension Vault {
    /// Where secrets stand or stood, by their fingerprints: no value is opened.
    ///
    /// The table of fingerprints says whether one is known at all; the signed events of the writes say everything else. Only issuers
    /// and owners hold the keys that fingerprints are made with.
    ///
    /// - Parameter secrets: Forms of one string.
    /// - Returns: the lives of it in the spaces whose trace keys this identity holds, and what is wrong with the chains.
    /// - Throws: ``VaultError/Code/notPermitted`` if it holds none.
    package func traceLives(_ secrets: [Secret]) async throws -> (lives: [TracedLife], findings: [ChainFinding]) {
        guard state.spaces.values.contains(where: { $0.trace != nil }) else {
            throw VaultError(.notPermitted, "only issuers and owners can trace: this identity holds no trace key")
        }
        return try await reading { state, reader in
            var search = TraceSearch(try Self.known(secrets, state, reader))
            guard !search.isEmpty else { return ([], []) }
            var findings: [ChainFinding] = []
            // Once more if the string turns up in an entry that the table did not name.
            repeat {
                search.begin()
                findings = try ChainWalk.run(state, reader) { search.visit($0, in: state.manifest) }.findings
            } while search.hasFoundMore
            return (try search.lives(in: state, reader), findings)
        }
    }

    private static func known(
        _ secrets: [Secret], _ state: VaultState, _ reader: any StoreReading
    ) throws -> [StoredFingerprint] {
        var found: [StoredFingerprint] = []
        for space in state.spaces.values {
            guard let trace = space.trace else { continue }
            for secret in secrets {
                for tier in [Tier.use, .issue] {
                    let tag = try secret.withExposedBytes { try trace.fingerprint(of: $0, tier: tier) }
                    if let known = try reader.fingerprint(space: space.id, tag: tag) { found.append(known) }
                }
            }
        }
        return found
    }

    /// Goes through the events that an identity may have written between two writes, as the writes saw them.
    ///
    /// A write names the newest event of every other chain. So what lies between does not depend on any clock.
    ///
    /// - Parameters:
    ///   - first: The write that it begins after.
    ///   - last: The write that it ends with; nil for the end of each chain.
    ///   - slack: Goes on beyond `last` as long as this says so.
    ///   - visit: Gets each event whose body this identity opens, and whether it stands before `last`.
    /// - Throws: what the store throws.
    package func auditEvents(
        after first: AuditEvent, before last: AuditEvent?, slack: (AuditRecord) -> Bool,
        _ visit: (AuditListing, Bool) -> Void
    ) async throws {
        for (signer, end) in try await countedChains() {
            let begin = Self.sequence(of: signer.key, seenBy: first)
            let close = last.map { Self.sequence(of: signer.key, seenBy: $0) } ?? end
            try await read(signer, after: begin, through: end) { listing in
                guard let record = listing.record else { return true }
                let isBefore = listing.sequence <= close
                if !isBefore, !slack(record) { return false }
                visit(listing, isBefore)
                return true
            }
        }
    }

    /// Goes through every event that counts and that this identity opens, chain by chain.
    package func eachAuditEvent(_ visit: (AuditListing) -> Void) async throws {
        for (signer, end) in try await countedChains() {
            try await read(signer, after: 0, through: end) { listing in
                visit(listing)
                return true
            }
        }
    }

    private func countedChains() async throws -> [(signer: ChainSigner, end: UInt64)] {
        try await reading { state, reader in
            let heads = try reader.heads()
            return ChainSigner.all(in: state.manifest).map { signer in
                (signer, heads.first { $0.signer == signer.key }?.sequence ?? 0)
            }
        }
    }

    /// Reads a part of a chain a page at a time, until `visit` says no.
    private func read(
        _ signer: ChainSigner, after begin: UInt64, through end: UInt64, _ visit: (AuditListing) -> Bool
    ) async throws {
        var cursor = ChainCursor(signer, after: begin, through: end, .forwards)
        while true {
            if cursor.isHungry {
                let hungry = cursor
                cursor = try await reading { state, reader in
                    var fed = hungry
                    try fed.fill(reader, openedBy: state.identity)
                    return fed
                }
            }
            guard let listing = cursor.take() else { return }
            guard signer.counts(listing.sequence) else { continue }
            guard visit(listing) else { return }
        }
    }

    private static func sequence(of signer: SigningPublicKey, seenBy event: AuditEvent) -> UInt64 {
        if event.signer == signer { return event.sequence }
        return event.heads.first { $0.signer == signer }?.sequence ?? 0
    }

    /// Opens the body of an event; nil if it was not sealed to this identity.
    package func record(of event: AuditEvent) -> AuditRecord? { try? event.record(openedBy: identity) }

    /// The name of whoever signed an event.
    package func name(of signer: SigningPublicKey) -> String {
        (ChainSigner.all(in: state.manifest).first { $0.key == signer } ?? ChainSigner(unknown: signer)).name
    }

    /// The name of the member, or of somebody who was one, whose identity this is.
    package func memberName(of identity: PublicIdentity) -> String? {
        let manifest = state.manifest
        return manifest.members.first { $0.identity == identity }?.name
            ?? manifest.departed.first { $0.identity == identity }?.name
    }

    /// Whether entries may be read where no event can be written.
    package func allowsUnauditedReading() async throws -> Bool {
        try await reading { state, _ in state.manifest.allowsUnauditedReading }
    }
}
