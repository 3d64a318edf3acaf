// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct `A walk over the chains` {
    /// Three chains that know of each other.
    /// ```
    /// owner:  1 put a (sees nothing)   2 put b (issuer 2, reader 2)
    /// issuer: 1 put c (owner 1)        2 hand-out (owner 1, reader 1)   3 hand-out (owner 2, reader 2)
    /// reader: 1 hand-out               2 hand-out                       3 hand-out
    /// ```
    private struct Chains {
        let roled: RoledVault
        let owner: Vault
        let issuer: Vault
        let reader: Vault

        init() async throws {
            roled = try await RoledVault()
            owner = try await roled.unlock(roled.owner)
            issuer = try await roled.unlock(roled.issuer)
            reader = try await roled.unlock(roled.reader)
            _ = try await owner.put(Sample.draft("main/a"))
            _ = try await issuer.put(Sample.draft("main/c", refresh: "third"))
            try await handOut(reader)
            try await handOut(issuer)
            try await handOut(reader)
            _ = try await owner.put(Sample.draft("main/b", refresh: "other"))
            try await handOut(issuer)
            try await handOut(reader)
        }

        func handOut(_ vault: Vault) async throws {
            try await vault.record(AuditRecord(at: Sample.instant, action: .handOut, paths: ["main/a"]))
        }

        func key(_ identity: Identity) -> SigningPublicKey { identity.publicIdentity.signingKey }

        /// The findings after a change behind everybody's back, as `name kind first-last seen by`.
        func findings(
            after change: @Sendable (inout [UInt64: (hash: Digest, bytes: [UInt8])]) throws -> Void = { _ in },
            of identity: Identity
        ) async throws -> [String] {
            let key = key(identity)
            try roled.store.tamper { try change(&$0.audit[key, default: [:]]) }
            return try await owner.walkChains().findings.map(Self.text)
        }

        static func text(_ finding: ChainFinding) -> String {
            let place = finding.first == finding.last ? "\(finding.first)" : "\(finding.first)-\(finding.last)"
            let witness = finding.witness.map { " \(finding.witnessName ?? "?") \($0.sequence)" } ?? ""
            return "\(finding.name) \(finding.kind) \(place)\(witness)"
        }
    }

    /// Flips a bit in the last byte of what is signed: it lies in a sealed body, so that the event still decodes.
    private static func edit(_ chain: inout [UInt64: (hash: Digest, bytes: [UInt8])], _ sequence: UInt64) {
        guard let count = chain[sequence]?.bytes.count else { return }
        chain[sequence]?.bytes[count - Signature.byteCount - 1] ^= 1
    }

    @Test func `finds nothing where nothing was changed`() async throws {
        let chains = try await Chains()
        let report = try await chains.reader.walkChains()
        #expect(report.isIntact, "\(report.findings)")
        #expect(report.chains.map(\.signer.name) == ["issuer", "owner", "reader"])
        #expect(report.chains.map(\.count) == [3, 2, 3])
    }

    @Test func `says how far a power cut can have taken nothing`() async throws {
        let chains = try await Chains()
        // Owner 2 was synced, and saw issuer 2 and reader 2: all that was committed before it is as safe.
        #expect(try await chains.owner.walkChains().chains.map(\.synced) == [2, 2, 2])
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `an edited event is placed`(sequence: UInt64) async throws {
        let chains = try await Chains()
        let found = try await chains.findings(
            after: { Self.edit(&$0, sequence) }, of: chains.roled.issuer)
        #expect(found == ["issuer edited \(sequence)"])
    }

    @Test func `bytes that are no event are placed`() async throws {
        let chains = try await Chains()
        #expect(
            try await chains.findings(after: { $0[2]?.bytes.removeLast() }, of: chains.roled.reader)
                == ["reader unreadable 2"])
    }

    @Test(arguments: [UInt64(1), 2])
    func `a dropped event is placed`(sequence: UInt64) async throws {
        let chains = try await Chains()
        #expect(
            try await chains.findings(after: { $0[sequence] = nil }, of: chains.roled.issuer)
                == ["issuer missing \(sequence)"])
    }

    @Test func `dropped events whose gap was closed by renumbering are placed`() async throws {
        let chains = try await Chains()
        let found = try await chains.findings(
            after: {
                $0[1] = $0[2]
                $0[2] = $0[3]
                $0[3] = nil
            }, of: chains.roled.issuer)
        #expect(found == ["issuer moved(from: 2) 1-2"])
    }

    @Test func `exchanged events are placed`() async throws {
        let chains = try await Chains()
        let found = try await chains.findings(
            after: { (contents) in
                let second = contents[2]
                contents[2] = contents[3]
                contents[3] = second
            }, of: chains.roled.issuer)
        #expect(found == ["issuer moved(from: 3) 2", "issuer moved(from: 2) 3"])
    }

    @Test func `an event of another chain is placed`() async throws {
        let chains = try await Chains()
        let foreign = chains.roled.store.tamper { $0.audit[chains.key(chains.roled.reader)]?[2] }
        #expect(
            try await chains.findings(after: { $0[2] = foreign }, of: chains.roled.issuer) == ["issuer foreign 2"])
    }

    @Test func `a chain that was cut off at its end is found by what others saw`() async throws {
        let chains = try await Chains()
        let found = try await chains.findings(
            after: {
                $0[3] = nil
                $0[2] = nil
            }, of: chains.roled.reader)
        #expect(found == ["reader cutOff 2 owner 2"])
    }

    @Test func `a chain that is gone as a whole is found by what others saw`() async throws {
        let chains = try await Chains()
        #expect(
            try await chains.findings(after: { $0 = [:] }, of: chains.roled.reader) == ["reader cutOff 1-2 issuer 2"])
    }

    @Test func `a chain that its identity signed anew is found by what others saw`() async throws {
        let chains = try await Chains()
        let reader = chains.roled.reader
        let owners = [chains.roled.owner.publicIdentity]
        var head: AuditHead?
        for sequence in UInt64(1)...3 {
            let event = try AuditEvent(
                AuditRecord(at: Sample.instant, action: .list, paths: []), after: head, by: reader, owners: owners,
                bindings: [], fingerprints: [], heads: [])
            let stored = (event.hash, event.encoded)
            chains.roled.store.tamper { $0.audit[event.signer]?[sequence] = stored }
            head = AuditHead(signer: event.signer, sequence: sequence, hash: event.hash)
        }
        let found = try await chains.owner.walkChains().findings.map(Chains.text)
        #expect(found == ["reader replaced 1 issuer 2", "reader replaced 2 owner 2"])
    }

    @Test func `a chain that was cut and written on is found`() async throws {
        let chains = try await Chains()
        chains.roled.store.tamper { contents in
            contents.audit[chains.key(chains.roled.reader)]?[2] = nil
            contents.audit[chains.key(chains.roled.reader)]?[3] = nil
        }
        try await chains.handOut(chains.issuer)
        let found = try await chains.owner.walkChains().findings.map(Chains.text)
        #expect(found == ["reader wentBack 1 issuer 4", "reader cutOff 2 owner 2"])
    }

    @Test func `a reader's word for others counts for nothing`() async throws {
        let chains = try await Chains()
        let reader = chains.roled.reader
        let invented = AuditHead(signer: chains.key(chains.roled.owner), sequence: 9, hash: Digest(hashing: [9]))
        let head = try #require(try await chains.roled.store.read { try $0.head(of: chains.key(reader)) })
        let event = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .read, paths: []), after: head, by: reader, owners: [],
            bindings: [], fingerprints: [], heads: [invented])
        try await chains.roled.store.write(.flushed) { try $0.append(event) }
        #expect(try await chains.owner.walkChains().isIntact)
    }

    @Test func `a stranger's chain counts for nothing and is shown`() async throws {
        let chains = try await Chains()
        let stranger = try Identity.generate()
        let event = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .put, paths: []), after: nil, by: stranger, owners: [],
            bindings: [], fingerprints: [], heads: [])
        try await chains.roled.store.write(.flushed) { try $0.append(event) }
        let report = try await chains.owner.walkChains()
        #expect(report.findings.map(\.kind) == [.stranger])
        #expect(report.chains.last?.count == 0 && report.chains.last?.signer.standing == .unknown)
    }

    @Test func `a hash beside an event that is not its own is placed`() async throws {
        let chains = try await Chains()
        #expect(
            try await chains.findings(after: { $0[2]?.hash = .zero }, of: chains.roled.issuer)
                == ["issuer misindexed 2"])
    }

    @Test(arguments: [UInt64(Int64.max), .max])
    func `a number that nothing can follow is placed`(sequence: UInt64) async throws {
        let chains = try await Chains()
        #expect(
            try await chains.findings(after: { $0[sequence] = $0[1] }, of: chains.roled.reader)
                == ["reader unreadable \(sequence)"])
    }

    /// The findings where this machine remembers an event that is not there.
    private static func findings(
        remembering kind: WritableKeyPath<SeenRecord, [SigningPublicKey: AuditHead]>, _ chains: Chains
    ) async throws -> ChainReport {
        let reader = chains.key(chains.roled.reader)
        var record = SeenRecord(pin: chains.roled.pin)
        record[keyPath: kind][reader] = AuditHead(signer: reader, sequence: 5, hash: Digest(hashing: [5]))
        let (remembered, state) = (record, chains.owner.state)
        return try await chains.roled.store.read { try ChainWalk.run(state, $0, remembering: remembered) }
    }

    @Test func `what this machine saw of it that was synced and is gone was cut off`() async throws {
        let report = try await Self.findings(remembering: \.lasting, try await Chains())
        #expect(report.findings.map(Chains.text) == ["reader cutOff 4-5"])
        #expect(report.findings.first?.isRemembered == true && !report.isIntact)
    }

    @Test func `what this machine saw before it was started anew may have gone with the power`() async throws {
        let report = try await Self.findings(remembering: \.recent, try await Chains())
        #expect(report.findings.map(Chains.text) == ["reader lostWithPower 4-5"])
        #expect(report.isIntact)
    }

    @Test func `a chain longer than a page is read to its end`() async throws {
        let chains = try await Chains()
        for _ in 0..<600 { try await chains.handOut(chains.reader) }
        #expect(try await chains.owner.walkChains().isIntact)
        let found = try await chains.findings(
            after: { Self.edit(&$0, 400) }, of: chains.roled.reader)
        #expect(found == ["reader edited 400"])
    }
}
