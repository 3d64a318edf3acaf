// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Foundation
import Logging
import Metrics
import Tracing

/// What operators measure, trace and read: the names in docs/integrating.md, and never a secret among them.
///
/// Metrics and spans go to the systems that the program has set up, and nowhere where it has set up none.
struct KeeperEvents: RefreshObserver {
    let log: KeeperLog
    let now: @Sendable () -> Date
    private let clock: any Clock<Duration>

    init(log: KeeperLog, now: @escaping @Sendable () -> Date, clock: any Clock<Duration>) {
        self.log = log
        self.now = now
        self.clock = clock
    }

    // MARK: - Refreshes

    func refresh(
        _ snapshot: GrantSnapshot, _ demand: RefreshDemand, _ body: @Sendable () async throws -> RefreshedGrant
    ) async throws -> RefreshedGrant {
        let provider = snapshot.registration.provider.id
        let path = snapshot.path.description
        let elapsed = clock.stopwatch()
        // As a result: an error that is thrown through a span is kept by the tracer, and all of it.
        let result: Result<RefreshedGrant, any Error> = await withSpan("coffer.refresh", ofKind: .client) { span in
            span.attributes["coffer.path"] = path
            span.attributes["coffer.provider"] = provider
            span.attributes["coffer.demand"] = Self.name(demand)
            do {
                let grant = try await body()
                let outcome = grant.isRenewed ? "refreshed" : "unneeded"
                span.attributes["coffer.outcome"] = outcome
                count(provider, outcome, elapsed())
                measure(grant.snapshot.expiresAt, provider)
                log.debug("\(path) was \(outcome)", facts(path, provider, demand))
                return .success(grant)
            } catch {
                let name = FailureClass(error).rawValue
                span.attributes["coffer.outcome"] = "failed"
                span.attributes["coffer.failure"] = name
                span.setStatus(SpanStatus(code: .error, message: name))
                count(provider, "failed", elapsed())
                Counter(label: "coffer_refresh_failures_total", dimensions: [("provider", provider), ("class", name)])
                    .increment()
                var facts = facts(path, provider, demand)
                facts["class"] = "\(name)"
                log.info("\(path) could not be refreshed: \(Self.sentence(error))", facts)
                return .failure(error)
            }
        }
        return try result.get()
    }

    func queueChanged(to depth: Int) {
        Gauge(label: "coffer_refresh_queue_depth").record(depth)
    }

    /// So many connections are due that a watch has not begun with.
    func watched(waiting count: Int) {
        Gauge(label: "coffer_watch_waiting").record(count)
    }

    // MARK: - Limits

    /// A request waits for its provider's rate limit.
    func waits(_ duration: Duration, provider: String) {
        Timer(label: "coffer_limiter_wait_seconds", dimensions: [("provider", provider)]).record(duration: duration)
    }

    /// Whether the places under rate limits are given for all processes on the vault, or for this one alone.
    func shares(limits areShared: Bool) {
        Gauge(label: "coffer_limiter_shared").record(areShared ? 1 : 0)
    }

    /// A provider said "too many requests": the pace is so many times slower for a while, or one a second without a limit.
    func refused(by provider: String, factor: Int?) {
        Counter(label: "coffer_limiter_refusals_total", dimensions: [("provider", provider)]).increment()
        let pace = factor.map { "they go \($0) times slower" } ?? "one goes in a second"
        log.info("\(provider) said that requests are too many (429): for a minute \(pace)")
    }

    // MARK: - Hand-outs

    /// Runs the asking for a credential that is not answered from memory.
    func asked<Answer>(for path: CredentialPath, _ body: () async throws -> Answer) async throws -> Answer {
        let result: Result<Answer, any Error> = await withSpan("coffer.credential") { span in
            span.attributes["coffer.path"] = path.description
            do { return .success(try await body()) } catch {
                let failure = CredentialFailure.translated(error, path: path) as? CredentialError
                span.setStatus(SpanStatus(code: .error, message: failure?.code.rawValue ?? "cancelled"))
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// A credential was handed out anew.
    func handedOut(_ credential: Credential) {
        guard let expiresAt = credential.expiresAt else { return }
        Recorder(label: "coffer_handout_seconds_to_expiry").record(expiresAt.timeIntervalSince(now()))
    }

    // MARK: - Parts

    private func count(_ provider: String, _ outcome: String, _ duration: Duration) {
        let dimensions = [("provider", provider), ("outcome", outcome)]
        Counter(label: "coffer_refreshes_total", dimensions: dimensions).increment()
        Timer(label: "coffer_refresh_duration_seconds", dimensions: dimensions).record(duration: duration)
    }

    private func measure(_ expiresAt: Date?, _ provider: String) {
        guard let expiresAt else { return }
        Recorder(label: "coffer_refresh_seconds_to_expiry", dimensions: [("provider", provider)])
            .record(expiresAt.timeIntervalSince(now()))
    }

    private func facts(_ path: String, _ provider: String, _ demand: RefreshDemand) -> Logger.Metadata {
        ["path": "\(path)", "provider": "\(provider)", "demand": "\(Self.name(demand))"]
    }

    private static func name(_ demand: RefreshDemand) -> String {
        switch demand {
        case .due: "due"
        case .usable: "usable"
        case .rejected: "rejected"
        case .forced: "forced"
        case .narrowed: "narrowed"
        }
    }

    /// Only sentences of our own errors: what a library says of its own may quote anything.
    private static func sentence(_ error: any Error) -> String {
        (CredentialFailure.translated(error, path: nil) as? CredentialError)?.message ?? "it was interrupted"
    }
}
