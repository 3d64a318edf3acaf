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
            writer.fixed(member.identity.encryptionKey.bytes)
            writer.fixed(member.identity.signingKey.bytes)
            writer.text(member.name)
            writer.integer(UInt8(member.isOwner ? 1 : 0))
        }
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
        return writer.bytes
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
    /// - Throws: ``VaultError/damaged``.
    package init(decoding bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        do {
            try reader.label(Labels.manifest)
            vaultID = try VaultID(reader.fixed(VaultID.byteCount))
            epoch = try reader.integer()
            previous = try Digest(reader.fixed(Digest.byteCount))
            createdAt = try reader.integer()
            allowsUnauditedReading = try Self.readFlag(&reader)
            members = []
            for _ in 0..<(try reader.integer(UInt16.self)) { members.append(try Self.readMember(&reader)) }
            spaces = []
            for _ in 0..<(try reader.integer(UInt16.self)) { spaces.append(try Self.readSpace(&reader)) }
            try reader.finish()
        } catch {
            throw .damaged
        }
        guard encoded == bytes, isWellFormed else { throw .damaged }
    }

    private static func readFlag(_ reader: inout CanonicalReader) throws -> Bool {
        try reader.integer(UInt8.self) == 1
    }

    private static func readMember(_ reader: inout CanonicalReader) throws -> Member {
        let identity = PublicIdentity(
            encryptionKey: try EncryptionPublicKey(reader.fixed(EncryptionPublicKey.byteCount)),
            signingKey: try SigningPublicKey(reader.fixed(SigningPublicKey.byteCount)))
        return Member(identity: identity, name: try reader.text(), isOwner: try readFlag(&reader))
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
            guard let role = Role(rawValue: try reader.integer()) else { throw VaultError.damaged }
            wraps.append(Wrap(member: member, role: role, box: try reader.variable()))
        }
        return wraps
    }
}
