// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization
import Testing

@testable import CofferOAuth
@testable import CofferSandbox

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The reissue of ten thousand connections in virtual time: the runner, the refresher and its pace, and a provider that counts.
@Suite(.timeLimit(.minutes(5))) struct `A rotation in a drain under a rate limit` {
    private static let count = 10_000

    /// The secret is no matter here: what is reissued is refreshed.
    private struct Steps: RotationSteps {
        let refresher: Refresher
        let tally: Tally
        let now: @Sendable () -> Date

        func reissue(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> ReissueResult {
            let id = GrantID(String(connection.description.split(separator: "/")[2]))
            do {
                _ = try await refresher.refresh(id, .forced)
            } catch let error as OAuthError {
                return .failed(reason: error.message, retryable: false)
            }
            await tally.done()
            return .reissued
        }

        func replaceSecret(
            _ plan: RotationPlan, attempt: Int, mayHaveBeenSent: Bool
        ) async throws -> SecretReplacement { .pendingSealed(evidence: "made up") }

        func removeOldSecret(_ plan: RotationPlan, byPerson: Bool) async throws -> SecretRemoval {
            .removed(evidence: "made up")
        }

        func provePendingSecret(_ plan: RotationPlan) async throws -> Proof { proof("new client_secret", "accepted") }
        func proveOldSecretDead(_ plan: RotationPlan) async throws -> Proof { proof("old client_secret", "refused") }
        func proveTokens(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof] { [] }
        func taint(_ plan: RotationPlan) async throws {}
        func connections(_ plan: RotationPlan) async throws -> [CredentialPath] { plan.connections }
        func freeze(_ plan: RotationPlan) async throws {}
        func accept(_ secret: Secret, _ plan: RotationPlan) async throws {}
        func sealedSecret(_ plan: RotationPlan) async throws -> String? { nil }
        func switchSecret(_ plan: RotationPlan) async throws {}
        func close(_ plan: RotationPlan, openItems: [String]) async throws {}

        private func proof(_ subject: String, _ claim: String) -> Proof {
            Proof(subject: subject, claim: claim, result: .proven, at: now(), evidence: "made up")
        }
    }

    private struct Nobody: RotationOperator {
        func isPresent() async -> Bool { false }
        func readyToClick(_ request: OperatorRequest) async throws -> Bool { false }
        func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? { nil }
        func hasRemoved(_ request: OperatorRequest) async throws -> Bool { false }
    }

    private final class Journal: RotationJournal {
        private let kept = Mutex<[JournalEvent]>([])

        func append(_ event: JournalEvent, to id: RotationID, at index: Int) async throws {
            kept.withLock { $0.append(event) }
        }

        func events(of id: RotationID) async throws -> [JournalEvent] { kept.withLock { $0 } }
    }

    @Test func `of seven a second uses 95 percent with ten thousand connections, and is refused nothing`() async throws
    {
        let clock = VirtualClock()
        let provider = ProviderCatalogue.amocrm
        let grants = (0..<Self.count).map { number in
            GrantSnapshot.sample(id: "g\(number)", provider: provider) { grant in
                grant.accountHost = "account-\(number).amocrm.ru"
                grant.accountID = nil
                grant.registration.redirectURI = "https://client.example/callback"
            }
        }
        let transport = CountingProvider(clock, LimitSettings(.amocrm), slowness: .milliseconds(25))
        let now: @Sendable () -> Date = { noon + 4000 + clock.now.offset / .seconds(1) }
        let refresher = Refresher(
            store: MemoryGrantStore(grants), client: TokenClient(transport: transport, now: now),
            effects: RefreshEffects(clock: clock, now: now, random: { 0.5 }))
        let tally = Tally(Self.count)
        let runner = RotationRunner(
            journal: Journal(), steps: Steps(refresher: refresher, tally: tally, now: now), operator: Nobody(),
            name: "ada", effects: RotationEffects(now: now, pause: { try await clock.sleep(for: $0) }))
        let plan = RotationPlan(
            id: RotationID(random: 7), app: try CredentialPath("main/app"), mode: .planned, taint: nil,
            driver: "made-up",
            overlaps: true, connections: try grants.map { try CredentialPath("main/app/\($0.id)") }, openedBy: "ada")
        try await runner.open(plan)
        async let report = runner.run(plan.id)
        await clock.run { await min(RotationRunner.defaultParallelism, tally.left) }
        #expect(try await report.connections.count { $0.outcome == .reissued } == Self.count)
        #expect(transport.refusedCount == 0)
        #expect(transport.arrivals.count == Self.count)
        let seconds = try #require(transport.arrivals.last) / .seconds(1)
        #expect(Double(Self.count - 1) / seconds >= 0.95 * 7, "\(Double(Self.count - 1) / seconds) a second")
    }
}
