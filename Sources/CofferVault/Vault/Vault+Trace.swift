// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferCrypto

extension Vault {
    /// Where secrets stand or stood, by their fingerprints: no value is opened.
    ///
    /// The signed events of the writes say it, and all of them are looked at: the table of fingerprints is an index that may have been
    /// cut, and is asked only for what no event tells of. Only issuers and owners hold the keys that fingerprints are made with.
    ///
    /// - Parameter secrets: Forms of one string.
    /// - Returns: the lives of it in the spaces whose trace keys this identity holds, and what the walk over the chains found.
    /// - Throws: ``VaultError/Code/notPermitted`` if it holds none, ``VaultError/Code/damaged`` if nothing is known of the string
    ///   in a record from which writes may be gone.
    package func traceLives(_ secrets: [Secret]) async throws -> (lives: [TracedLife], report: ChainReport) {
        try requireTraceKey()
        let remembered = seen?.recall()
        return try await reading { state, reader in
            var search = TraceSearch(try Self.forms(secrets, state))
            let report = try ChainWalk.run(state, reader, remembering: remembered) { search.visit($0, by: $1) }
            let lives = try search.lives(in: state, reader)
            guard !lives.isEmpty || !report.mayHideWrites else {
                throw VaultError(
                    .damaged,
                    "what is left of the record of events does not know it, but writes may be gone from the record",
                    hint: "see: coffer audit verify")
            }
            return (lives, report)
        }
    }

    /// Where each of many strings stands or stood, told by one walk over the events; see ``traceLives(_:)``.
    ///
    /// - Parameter strings: Of each string its forms; what is held meanwhile is some hundred bytes for each form and space.
    /// - Returns: the lives of those of which something is known, by the place of the string in the list, and what the walk found.
    /// - Throws: ``VaultError/Code/notPermitted`` if this identity holds no trace key. That writes may be gone from the record
    ///   is in the report, and no error: what is known is known.
    package func traceLives(
        ofEach strings: [[Secret]]
    ) async throws -> (lives: [Int: [TracedLife]], report: ChainReport) {
        try requireTraceKey()
        let remembered = seen?.recall()
        return try await reading { state, reader in
            var (forms, owners): ([TraceSearch.Form], [Int]) = ([], [])
            for (index, string) in strings.enumerated() {
                forms += try Self.forms(string, state)
                owners += [Int](repeating: index, count: forms.count - owners.count)
            }
            var search = TraceSearch(forms)
            let report = try ChainWalk.run(state, reader, remembering: remembered) { search.visit($0, by: $1) }
            var lives: [Int: [TracedLife]] = [:]
            for (form, life) in try search.livesOfForms(in: state, reader) {
                lives[owners[form], default: []].append(life)
            }
            return (lives, report)
        }
    }

    private func requireTraceKey() throws(VaultError) {
        guard state.spaces.values.contains(where: { $0.trace != nil }) else {
            throw VaultError(.notPermitted, "only issuers and owners can trace: this identity holds no trace key")
        }
    }

    private static func forms(_ secrets: [Secret], _ state: VaultState) throws -> [TraceSearch.Form] {
        var forms: [TraceSearch.Form] = []
        for space in state.spaces.values {
            guard let trace = space.trace else { continue }
            for secret in secrets {
                for tier in [Tier.use, .issue] {
                    let tag = try secret.withExposedBytes { try trace.fingerprint(of: $0, tier: tier) }
                    forms.append(TraceSearch.Form(spaceID: space.id, tier: tier, tag: tag))
                }
            }
        }
        return forms
    }

    /// The spaces whose trace keys this identity does not hold, by name.
    package func untracedSpaces() async throws -> [String] {
        try await reading { state, _ in
            state.manifest.spaces.map(\.name).filter { state.spaces[$0]?.trace == nil }.sorted()
        }
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
