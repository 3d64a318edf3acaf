// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// A token pair that is kept beside the present one until a person decides: an account that was found and
/// not confirmed yet, an answer for another account, or a pair that came when another had been committed.
struct StrayPair: Sendable {
    private enum Tag {
        static let accessToken: UInt16 = 1
        static let refreshToken: UInt16 = 2
        static let tokenType: UInt16 = 3
        static let expiresAt: UInt16 = 4
        static let scope: UInt16 = 5
        static let accountHost: UInt16 = 6
        static let accountID: UInt16 = 7
        static let accountLabel: UInt16 = 8
        static let obtainedAt: UInt16 = 9
        static let mintedUnder: UInt16 = 10
        // 11 to 17 are a spill file's.
        static let proofKey: UInt16 = 18
        static let webhookToken: UInt16 = 19
        static let server: UInt16 = 20
    }

    /// The tokens and what came with them.
    var tokens: IssuedTokens
    /// When they were asked for.
    var obtainedAt: Date
    /// The app's secret epoch then.
    var mintedUnder: Int64
    /// The fields that this program does not know.
    private var others = FieldTable()

    private var fields: FieldTable {
        var fields = others
        fields[Tag.accessToken] = tokens.accessToken
        fields[Tag.refreshToken] = tokens.refreshToken
        fields.set(Tag.tokenType, text: tokens.tokenType)
        fields.set(Tag.expiresAt, date: tokens.expiresAt)
        fields.set(Tag.scope, text: tokens.scope)
        fields.set(Tag.accountHost, text: tokens.accountHost)
        fields.set(Tag.accountID, text: tokens.accountID)
        fields.set(Tag.accountLabel, text: tokens.accountLabel)
        fields.set(Tag.obtainedAt, date: obtainedAt)
        fields.set(Tag.mintedUnder, integer: mintedUnder)
        fields[Tag.proofKey] = tokens.proofKey
        fields[Tag.webhookToken] = tokens.webhookToken
        fields.set(Tag.server, text: tokens.server)
        return fields
    }

    private init(_ fields: FieldTable) {
        tokens = IssuedTokens(
            accessToken: fields[Tag.accessToken], refreshToken: fields[Tag.refreshToken],
            tokenType: fields.text(Tag.tokenType), expiresAt: fields.date(Tag.expiresAt),
            scope: fields.text(Tag.scope), accountHost: fields.text(Tag.accountHost),
            accountID: fields.text(Tag.accountID), accountLabel: fields.text(Tag.accountLabel))
        tokens.proofKey = fields[Tag.proofKey]
        tokens.webhookToken = fields[Tag.webhookToken]
        tokens.server = fields.text(Tag.server)
        obtainedAt = fields.date(Tag.obtainedAt) ?? .distantPast
        mintedUnder = fields.integer(Tag.mintedUnder) ?? 0
        others = FieldTable().carrying(fields, beyond: Tag.accessToken...Tag.mintedUnder)
    }

    init(tokens: IssuedTokens, obtainedAt: Date, mintedUnder: Int64) {
        self.tokens = tokens
        self.obtainedAt = obtainedAt
        self.mintedUnder = mintedUnder
    }

    /// Several pairs as one value: a field table whose tags count from 1.
    static func encode(_ pairs: [StrayPair]) -> Secret {
        var table = FieldTable()
        for (index, pair) in pairs.enumerated() { table[UInt16(index + 1)] = pair.fields.encoded() }
        return table.encoded()
    }

    static func decode(_ value: Secret) throws -> [StrayPair] {
        let table = try value.withExposedBytes { try FieldTable(decoding: $0) }
        return try table.tags.compactMap { table[$0] }.map { pair in
            StrayPair(try pair.withExposedBytes { try FieldTable(decoding: $0) })
        }
    }

    /// The same as one field table, for the spill folder.
    var spillFields: FieldTable { fields }

    init(spilled fields: FieldTable) {
        self.init(fields)
        // The rest is the judgement.
        others = FieldTable()
    }
}
