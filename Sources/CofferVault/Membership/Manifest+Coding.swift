// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension Manifest {
    /// The canonical bytes.
    package var encoded: [UInt8] {
        var writer = CanonicalWriter(Labels.manifest)
        writer.fixed(vaultID.bytes)
        writer.integer(epoch)
        writer.fixed(previous.bytes)
        writer.integer(createdAt)
        writer.integer(UInt8(allowsUnauditedReading ? 1 : 0))
        writer.integer(UInt16(members.count))
        for member in members {
            member.identity.write(to: &writer)
            writer.text(member.name)
            writer.integer(UInt8(member.isOwner ? 1 : 0))
        }
        writer.integer(UInt16(departed.count))
        for gone in departed { Self.write(gone, to: &writer) }
        writer.integer(UInt8(restoration == nil ? 0 : 1))
        if let restoration { Self.write(restoration, to: &writer) }
        writer.integer(UInt16(spaces.count))
        for space in spaces {
            writer.fixed(space.id.bytes)
            writer.text(space.name)
            writer.integer(UInt16(space.generations.count))
            for generation in space.generations {
                writer.integer(generation.number)
                writer.fixed(generation.signingKey.bytes)
                Self.write(generation.wraps, to: &writer)
            }
            Self.write(space.traceWraps, to: &writer)
        }
        writer.integer(UInt16(extensions.count))
        for item in extensions {
            writer.integer(item.tag)
            writer.variable(item.value)
        }
        return writer.bytes
    }

    private static func write(_ gone: Departed, to writer: inout CanonicalWriter) {
        gone.identity.write(to: &writer)
        writer.text(gone.name)
        writer.integer(UInt8(gone.isOwner ? 1 : 0))
        writer.integer(gone.removedAtEpoch)
        writer.integer(gone.lastSequence)
        writer.fixed(gone.lastHash.bytes)
        writer.integer(UInt16(gone.roles.count))
        for held in gone.roles {
            writer.fixed(held.spaceID.bytes)
            writer.integer(held.role.rawValue)
        }
    }

    private static func write(_ restoration: Restoration, to writer: inout CanonicalWriter) {
        writer.integer(restoration.at)
        writer.integer(restoration.epoch)
        writer.integer(UInt32(restoration.heads.count))
        for head in restoration.heads {
            writer.fixed(head.signer.bytes)
            writer.integer(head.sequence)
            writer.fixed(head.hash.bytes)
        }
    }

    private static func write(_ wraps: [Wrap], to writer: inout CanonicalWriter) {
        writer.integer(UInt16(wraps.count))
        for wrap in wraps {
            writer.integer(wrap.member)
            writer.integer(wrap.role.rawValue)
            writer.variable(wrap.box)
        }
    }

    /// Reads the canonical bytes.
    ///
    /// - Throws: ``VaultError/damaged``; ``VaultError/Code/newerFormat`` for one of a later format.
    package init(decoding bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        try Self.readLabel(&reader)
        do {
            vaultID = try VaultID(reader.fixed(VaultID.byteCount))
            epoch = try reader.integer()
            previous = try Digest(reader.fixed(Digest.byteCount))
            createdAt = try reader.integer()
            allowsUnauditedReading = try Self.readFlag(&reader)
            members = []
            for _ in 0..<(try reader.integer(UInt16.self)) { members.append(try Self.readMember(&reader)) }
            departed = []
            for _ in 0..<(try reader.integer(UInt16.self)) { departed.append(try Self.readDeparted(&reader)) }
            restoration = try Self.readFlag(&reader) ? try Self.readRestoration(&reader) : nil
            spaces = []
            for _ in 0..<(try reader.integer(UInt16.self)) { spaces.append(try Self.readSpace(&reader)) }
            extensions = []
            for _ in 0..<(try reader.integer(UInt16.self)) {
                extensions.append(Extension(tag: try reader.integer(), value: try reader.variable()))
            }
            try reader.finish()
        } catch {
            throw .damaged
        }
        guard encoded == bytes, isWellFormed else { throw .damaged }
    }

    private static func readLabel(_ reader: inout CanonicalReader) throws(VaultError) {
        do throws(VaultError) { try reader.label(Labels.manifest) } catch {
            throw error.code == .newerFormat ? .newer("the vault's membership") : .damaged
        }
    }

    private static func readFlag(_ reader: inout CanonicalReader) throws -> Bool {
        try reader.integer(UInt8.self) == 1
    }

    private static func readMember(_ reader: inout CanonicalReader) throws -> Member {
        Member(identity: try PublicIdentity(reading: &reader), name: try reader.text(), isOwner: try readFlag(&reader))
    }

    private static func readDeparted(_ reader: inout CanonicalReader) throws -> Departed {
        var gone = Departed(
            identity: try PublicIdentity(reading: &reader), name: try reader.text(), isOwner: try readFlag(&reader),
            removedAtEpoch: try reader.integer(), lastSequence: try reader.integer(),
            lastHash: try Digest(reader.fixed(Digest.byteCount)), roles: [])
        for _ in 0..<(try reader.integer(UInt16.self)) {
            let spaceID = try SpaceID(reader.fixed(SpaceID.byteCount))
            gone.roles.append(.init(spaceID: spaceID, role: try readRole(&reader)))
        }
        return gone
    }

    private static func readRestoration(_ reader: inout CanonicalReader) throws -> Restoration {
        var restoration = Restoration(at: try reader.integer(), epoch: try reader.integer(), heads: [])
        // Each head takes its bytes from what is left, so a hostile number ends with them.
        for _ in 0..<(try reader.integer(UInt32.self)) {
            restoration.heads.append(
                AuditHead(
                    signer: try SigningPublicKey(reader.fixed(SigningPublicKey.byteCount)),
                    sequence: try reader.integer(), hash: try Digest(reader.fixed(Digest.byteCount))))
        }
        return restoration
    }

    private static func readRole(_ reader: inout CanonicalReader) throws -> Role {
        guard let role = Role(rawValue: try reader.integer()) else { throw VaultError.damaged }
        return role
    }

    private static func readSpace(_ reader: inout CanonicalReader) throws -> Space {
        let id = try SpaceID(reader.fixed(SpaceID.byteCount))
        let name = try reader.text()
        var generations: [Generation] = []
        for _ in 0..<(try reader.integer(UInt16.self)) {
            generations.append(
                Generation(
                    number: try reader.integer(),
                    signingKey: try SigningPublicKey(reader.fixed(SigningPublicKey.byteCount)),
                    wraps: try readWraps(&reader)))
        }
        return Space(id: id, name: name, generations: generations, traceWraps: try readWraps(&reader))
    }

    private static func readWraps(_ reader: inout CanonicalReader) throws -> [Wrap] {
        var wraps: [Wrap] = []
        for _ in 0..<(try reader.integer(UInt16.self)) {
            let member = try reader.integer(UInt16.self)
            wraps.append(Wrap(member: member, role: try readRole(&reader), box: try reader.variable()))
        }
        return wraps
    }
}
