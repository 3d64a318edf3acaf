// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RefreshFlight {
    /// Records the intent of a request.
    func record(
        attempt: Int, _ machine: RefreshMachine, for snapshot: GrantSnapshot
    ) async throws -> RefreshMachine.Event {
        let startedAt = effects.now()
        let deadline = startedAt.addingTimeInterval(limits.intent / .seconds(1))
        do {
            return try await unlessSuperseded {
                .recorded(
                    try await store.recordIntent(
                        attempt: attempt, startedAt: startedAt, deadline: deadline, narrowing: machine.narrowing,
                        evidence: machine.evidence, for: snapshot))
            }
        } catch let error as OAuthError where error.code == .spent {
            return .spent
        }
    }

    /// Audits a request that presents no refresh token; nothing if it may be sent.
    func announce(
        _ narrowing: TokenNarrowing, for snapshot: GrantSnapshot
    ) async throws -> RefreshMachine.Event? {
        do {
            try await store.announce(narrowing, at: effects.now(), for: snapshot)
            return nil
        } catch let error as OAuthError where error.code == .superseded {
            return .superseded
        }
    }

    /// Audits that introspection is about to be asked; nothing if it may be.
    func beginInquiry(for snapshot: GrantSnapshot) async throws -> RefreshMachine.Event? {
        do {
            try await store.beginInquiry(at: effects.now(), for: snapshot)
            return nil
        } catch let error as OAuthError where error.code == .superseded {
            return .superseded
        } catch let error as OAuthError where error.code == .spent {
            return .spent
        }
    }

    /// The fence's refusal is an event, every other error ends the flight.
    func unlessSuperseded(
        _ write: () async throws -> RefreshMachine.Event
    ) async throws -> RefreshMachine.Event {
        do {
            return try await write()
        } catch let error as OAuthError where error.code == .superseded {
            return .superseded
        }
    }
}
