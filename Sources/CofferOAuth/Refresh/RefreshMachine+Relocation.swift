// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RefreshMachine {
    /// Whether it is worth asking where the account is: once in a flight, of a provider that tells.
    ///
    /// Also after a 401 that may be a wrong secret. Asking spends nothing, and goes to a host of the vendor's alone; the token is
    /// presented again only where another host is named for the very same account. With a wrong secret it costs one request
    /// more in each cool-down, under the same limit, and ends as it would have.
    func mayBeLocated(_ snapshot: GrantSnapshot, after setback: Setback) -> Bool {
        (setback.kind == .moved || setback.mayHaveMoved) && !wasLocated && !isBeside && snapshot.refreshToken != nil
            && snapshot.registration.provider.tellsNewHosts
    }

    /// Writes the account's new host, then goes on to what was demanded; without one it stays a setback.
    ///
    /// Whoever said that the account is not there has not processed the request. Where the host is the old one again, it was
    /// something else that was not found.
    mutating func relocate(
        _ snapshot: GrantSnapshot, to host: String?, _ setback: Setback, at now: Date, random: Double
    ) -> Action {
        guard let host, host != snapshot.accountHost else {
            return setBack(snapshot, setback, at: now, random: random)
        }
        let settlement = GrantSettlement(
            state: snapshot.restingState, intent: lostIntent, failureCount: snapshot.failureCount,
            lastError: snapshot.lastError, accountHost: host)
        return settle(settlement, of: snapshot, then: .goOn)
    }
}
