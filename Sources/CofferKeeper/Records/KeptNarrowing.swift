// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// A narrower token as it lies beside the pair it was taken from.
struct KeptNarrowing: Sendable {
    private enum Tag {
        static let accessToken: UInt16 = 1
        static let tokenType: UInt16 = 2
        static let expiresAt: UInt16 = 3
        static let scope: UInt16 = 4
        static let askedScope: UInt16 = 5
        static let audience: UInt16 = 6
        static let resource: UInt16 = 7
        static let obtainedAt: UInt16 = 8
        static let mintedUnder: UInt16 = 9
        static let tokenVersion: UInt16 = 10
        static let refusal: UInt16 = 11
    }

    /// How many tokens of one connection are kept; the oldest goes first.
    static let capacity = 32
    /// How many refusals of one connection are kept beside them.
    static let refusalCapacity = 16

    /// The token, or the word that there is none.
    let token: NarrowedToken
    /// The version of the pair: with the next pair it counts for nothing, whoever wrote that.
    let tokenVersion: Int64
    /// The app's secret epoch under which it was issued.
    let mintedUnder: Int64
    /// The fields that this program does not know.
    private var others = FieldTable()

    init(_ token: NarrowedToken, tokenVersion: Int64, mintedUnder: Int64) {
        self.token = token
        self.tokenVersion = tokenVersion
        self.mintedUnder = mintedUnder
    }

    /// Whether it is the word that there is none.
    var isRefusal: Bool { token.accessToken == nil }

    private init(_ fields: FieldTable) {
        token = NarrowedToken(
            narrowing: TokenNarrowing(fields, scope: Tag.askedScope, audience: Tag.audience, resource: Tag.resource),
            accessToken: fields[Tag.accessToken], tokenType: fields.text(Tag.tokenType),
            scope: fields.text(Tag.scope), obtainedAt: fields.date(Tag.obtainedAt) ?? .distantPast,
            expiresAt: fields.date(Tag.expiresAt), refusal: fields.text(Tag.refusal))
        tokenVersion = fields.integer(Tag.tokenVersion) ?? 0
        mintedUnder = fields.integer(Tag.mintedUnder) ?? 0
        others = FieldTable().carrying(fields, beyond: Tag.accessToken...Tag.refusal)
    }

    private var fields: FieldTable {
        var fields = others
        fields[Tag.accessToken] = token.accessToken
        fields.set(Tag.tokenType, text: token.tokenType)
        fields.set(Tag.expiresAt, date: token.expiresAt)
        fields.set(Tag.scope, text: token.scope)
        fields.set(Tag.askedScope, text: token.narrowing.scope)
        fields.set(Tag.audience, text: token.narrowing.audience)
        fields.set(Tag.resource, text: token.narrowing.resource)
        fields.set(Tag.obtainedAt, date: token.obtainedAt)
        fields.set(Tag.mintedUnder, integer: mintedUnder)
        fields.set(Tag.tokenVersion, integer: tokenVersion)
        fields.set(Tag.refusal, text: token.refusal)
        return fields
    }

    /// Several as one value: a field table whose tags count from 1.
    static func encode(_ kept: [KeptNarrowing]) -> Secret {
        var table = FieldTable()
        for (index, one) in kept.enumerated() { table[UInt16(index + 1)] = one.fields.encoded() }
        return table.encoded()
    }

    /// Reads what ``encode(_:)`` wrote.
    static func decode(_ value: Secret) throws -> [KeptNarrowing] {
        let table = try value.withExposedBytes { try FieldTable(decoding: $0) }
        return try table.tags.compactMap { table[$0] }.map { one in
            KeptNarrowing(try one.withExposedBytes { try FieldTable(decoding: $0) })
        }
    }
}

extension TokenNarrowing {
    /// Reads what is narrowed out of three fields.
    init(_ fields: FieldTable, scope: UInt16, audience: UInt16, resource: UInt16) {
        self.init(
            storedScope: fields.text(scope), audience: fields.text(audience), resource: fields.text(resource))
    }
}

extension ConnectionRecord {
    /// Keeps a narrower token, or its refusal, beside the present pair, in place of an older one for the same.
    ///
    /// A refusal takes no token's place: what was asked for may have been one that lives longer.
    mutating func keep(_ token: NarrowedToken, mintedUnder: Int64) {
        let isRefusal = token.accessToken == nil
        narrowed.removeAll { kept in
            let isOver = kept.token.expiresAt.map { $0 <= token.obtainedAt } ?? false
            let isReplaced = kept.token.narrowing == token.narrowing && (!isRefusal || kept.isRefusal)
            return kept.tokenVersion != tokenVersion || isReplaced || isOver
        }
        narrowed.append(KeptNarrowing(token, tokenVersion: tokenVersion, mintedUnder: mintedUnder))
        let capacity = isRefusal ? KeptNarrowing.refusalCapacity : KeptNarrowing.capacity
        if narrowed.count(where: { $0.isRefusal == isRefusal }) > capacity,
            let oldest = narrowed.firstIndex(where: { $0.isRefusal == isRefusal })
        {
            narrowed.remove(at: oldest)
        }
    }

    /// Those that were taken from the present pair.
    var presentNarrowed: [KeptNarrowing] { narrowed.filter { $0.tokenVersion == tokenVersion } }
}
