// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation

/// Access tokens of a connection that leaked, kept until somebody has asked for the death of each.
struct LeakedTokens: Sendable, Equatable {
    private enum Tag {
        // The whole
        static let tokens: UInt16 = 1
        static let isIncomplete: UInt16 = 2
        // Each
        static let accessToken: UInt16 = 1
        static let proofKey: UInt16 = 2
        static let expiresAt: UInt16 = 3
    }

    /// One of them.
    struct Token: Sendable, Equatable {
        /// The token.
        let accessToken: Secret
        /// The key in PEM that it is bound to.
        let proofKey: Secret?
        /// When it ends by itself, as far as is known.
        let expiresAt: Date?
    }

    /// How many of one connection are kept: each is a request to the provider.
    static let capacity = 8

    /// Those that are kept, the oldest first.
    private(set) var tokens: [Token] = []
    /// Whether more leaked than there was room for, so that of all of them nothing can be proven.
    private(set) var isIncomplete = false

    /// None.
    init() {}

    /// Reads what ``encoded()`` wrote, beside what an older program knows of it: the first one.
    ///
    /// - Parameters:
    ///   - value: all of them; nil in what an older program wrote.
    ///   - first: the first one, without which there are none: an older program may have forgotten it, or kept another since.
    ///   - key: the key in PEM that the first one is bound to, where nothing else is known of it.
    /// - Throws: ``VaultError/damaged`` if they can't be read.
    init(_ value: Secret?, first: Secret?, boundTo key: Secret?) throws {
        guard let first else { return }
        tokens = [Token(accessToken: first, proofKey: key, expiresAt: nil)]
        guard let value else { return }
        let table = try value.withExposedBytes { try FieldTable(decoding: $0) }
        guard let list = table[Tag.tokens] else { return }
        let all = try AppRecord.secrets(in: list).compactMap { one -> Token? in
            let fields = try one.withExposedBytes { try FieldTable(decoding: $0) }
            guard let accessToken = fields[Tag.accessToken] else { return nil }
            return Token(
                accessToken: accessToken, proofKey: fields[Tag.proofKey], expiresAt: fields.date(Tag.expiresAt))
        }
        guard all.first?.accessToken == first else { return }
        tokens = all
        isIncomplete = table.integer(Tag.isIncomplete) == 1
    }

    /// Whether nothing is kept.
    var isEmpty: Bool { tokens.isEmpty }

    /// Whether a token is among them.
    func contains(_ accessToken: Secret) -> Bool { tokens.contains { $0.accessToken == accessToken } }

    /// Keeps one more.
    ///
    /// The first one stays, as a thief may have had it from the beginning. Of the others one that has ended by itself goes: while a person is
    /// awaited for days there is one for each hour.
    mutating func keep(_ token: Token, at now: Date) {
        guard !contains(token.accessToken) else { return }
        let others = tokens.dropFirst().filter { kept in kept.expiresAt.map { $0 > now } ?? true }
        tokens = Array(tokens.prefix(1)) + others
        if tokens.count >= Self.capacity {
            tokens.remove(at: 1)
            isIncomplete = true
        }
        tokens.append(token)
    }

    /// All of them as one value; nil for none.
    func encoded() -> Secret? {
        guard !isEmpty else { return nil }
        var table = FieldTable()
        table[Tag.tokens] = AppRecord.list(
            tokens.map { token in
                var fields = FieldTable()
                fields[Tag.accessToken] = token.accessToken
                fields[Tag.proofKey] = token.proofKey
                fields.set(Tag.expiresAt, date: token.expiresAt)
                return fields.encoded()
            })
        if isIncomplete { table.set(Tag.isIncomplete, integer: 1) }
        return table.encoded()
    }
}
