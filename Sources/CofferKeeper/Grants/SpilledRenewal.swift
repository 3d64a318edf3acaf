// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault
import Foundation

/// A renewal that could not be committed, as it lies sealed in the spill folder: the pair *and* how it was judged, for an
/// answer for another account must be kept aside then, too.
struct SpilledRenewal {
    private enum Tag {
        // 1 to 10 are the pair's own.
        static let isAside: UInt16 = 11
        static let state: UInt16 = 12
        static let refreshAt: UInt16 = 13
        static let spendsPresentToken: UInt16 = 14
        static let failureCount: UInt16 = 15
        static let coolDownUntil: UInt16 = 16
        static let lastError: UInt16 = 17
    }

    let renewal: GrantRenewal
    private let mintedUnder: Int64

    /// Takes a renewal; of a narrower token, or what came instead of one, only the refresh token that came with it.
    ///
    /// That is all that could be lost: the next ask refreshes the whole. A spill file has no place for more.
    init(_ renewal: GrantRenewal, mintedUnder: Int64) {
        var renewal = renewal
        if renewal.placement != .aside { renewal.placement = .current }
        self.renewal = renewal
        self.mintedUnder = mintedUnder
    }

    /// - Throws: ``VaultError/damaged`` if a field makes no sense.
    init(_ fields: FieldTable) throws(VaultError) {
        let pair = StrayPair(spilled: fields)
        guard let state = fields.text(Tag.state).flatMap(GrantState.init(rawValue:)) else { throw .damaged }
        mintedUnder = pair.mintedUnder
        renewal = GrantRenewal(
            tokens: pair.tokens, placement: fields.integer(Tag.isAside) == 1 ? .aside : .current, state: state,
            obtainedAt: pair.obtainedAt, refreshAt: fields.date(Tag.refreshAt),
            spendsPresentToken: fields.integer(Tag.spendsPresentToken) == 1,
            failureCount: Int(fields.integer(Tag.failureCount) ?? 0),
            coolDownUntil: fields.date(Tag.coolDownUntil), lastError: fields.text(Tag.lastError))
    }

    var fields: FieldTable {
        var fields = StrayPair(tokens: renewal.tokens, obtainedAt: renewal.obtainedAt, mintedUnder: mintedUnder)
            .spillFields
        fields.set(Tag.isAside, integer: renewal.placement == .aside ? 1 : 0)
        fields.set(Tag.state, text: renewal.state.rawValue)
        fields.set(Tag.refreshAt, date: renewal.refreshAt)
        fields.set(Tag.spendsPresentToken, integer: renewal.spendsPresentToken ? 1 : 0)
        fields.set(Tag.failureCount, integer: Int64(renewal.failureCount))
        fields.set(Tag.coolDownUntil, date: renewal.coolDownUntil)
        fields.set(Tag.lastError, text: renewal.lastError)
        return fields
    }
}
