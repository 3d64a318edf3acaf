// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A moment that tests count from.
let noon = Date(timeIntervalSince1970: 1_700_000_000)

extension ProviderDescription {
    /// A provider of one-hour tokens with single-use refresh tokens, unless changed.
    static func sample(_ change: (inout ProviderDescription) -> Void = { _ in }) -> ProviderDescription {
        var provider = ProviderDescription(
            id: "sample", displayName: "Sample", endpoints: Endpoints(token: "https://id.example/token"),
            domains: ["id.example"], clientAuthentication: .post,
            refreshTokens: RefreshTokenBehaviour(rotation: .always))
        change(&provider)
        return provider
    }
}

extension GrantSnapshot {
    /// A grant whose one-hour token was issued at noon.
    static func sample(
        id: String = "g1", provider: ProviderDescription = .sample(), _ change: (inout GrantSnapshot) -> Void = { _ in }
    ) -> GrantSnapshot {
        guard let path = try? CredentialPath("main/sample/acme") else { preconditionFailure("the path is well formed") }
        var snapshot = GrantSnapshot(
            id: GrantID(id), path: path, version: 1, revision: 1, appRevision: 1,
            registration: ClientRegistration(provider: provider, clientID: "client", clientSecret: Secret("shh")),
            accountID: "acme", accessToken: Secret("access-1"), refreshToken: Secret("refresh-1"),
            obtainedAt: noon, expiresAt: noon + 3600)
        change(&snapshot)
        return snapshot
    }

    /// The same grant after an intent was recorded, as a store returns it.
    func recording(attempt: Int = 1, at date: Date) -> GrantSnapshot {
        var copy = self
        copy.intent = RefreshIntent(
            tokenFingerprint: [1, 2, 3], attempt: attempt, startedAt: date, deadline: date + 40)
        copy.state = .refreshing
        copy.revision += 1
        return copy
    }
}

extension RefreshMachine {
    /// A machine for a grant that is asked for as it is.
    static func sample(_ demand: RefreshDemand = .forced, seenVersion: Int = 1) -> RefreshMachine {
        RefreshMachine(demand: demand, seenVersion: seenVersion)
    }

    /// Handles an event half-way up the jitter.
    mutating func step(_ event: Event, at date: Date = noon + 3590) -> Action {
        handle(event, at: date, random: 0.5)
    }

    /// Goes through reading and recording to an answer.
    mutating func answer(
        _ outcome: TokenOutcome, of snapshot: GrantSnapshot = .sample(), attempt: Int = 1, at date: Date = noon + 3590
    ) -> Action {
        _ = step(.read(snapshot), at: date)
        _ = step(.recorded(snapshot.recording(attempt: attempt, at: date)), at: date)
        return step(.answered(outcome), at: date)
    }
}

extension RefreshMachine.Action {
    var error: OAuthError? { if case .fail(let error) = self { error } else { nil } }
    var grant: RefreshedGrant? { if case .finish(let grant) = self { grant } else { nil } }
    var pause: Duration? { if case .wait(let duration) = self { duration } else { nil } }
    var attempt: Int? { if case .record(let attempt, _) = self { attempt } else { nil } }
    var settlement: GrantSettlement? { if case .settle(let settlement, _) = self { settlement } else { nil } }
    var renewal: GrantRenewal? { if case .commit(let renewal, _) = self { renewal } else { nil } }
    var isSend: Bool { if case .send = self { true } else { false } }
    var isInquiry: Bool { if case .inquire = self { true } else { false } }
    var isRead: Bool { if case .read = self { true } else { false } }
}

extension IssuedTokens {
    /// A whole new pair for an hour.
    static func pair(_ number: Int = 2, from date: Date = noon + 3590) -> IssuedTokens {
        IssuedTokens(
            accessToken: Secret("access-\(number)"), refreshToken: Secret("refresh-\(number)"),
            expiresAt: date + 3600, accountID: "acme")
    }
}
