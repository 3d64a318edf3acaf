// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Remembers what another provider handed out, for as long as it works.
///
/// - A remembered credential is handed out while it goes on working for the validity that is
///   asked, and for at most `maximumAge`: whoever stands behind may have replaced it ahead of its
///   expiry, as happens after a leak.
/// - Per path, and per scope and audience, one request at a time is under way upstream, and everybody waits for it. It runs in
///   a task of its own: a caller that is cancelled leaves, and disturbs nobody.
/// - Failures are not remembered.
/// - A value that was reported as rejected is not remembered again.
public actor CachingCredentialProvider: CredentialProvider {
    /// The provider that is asked.
    let upstream: any CredentialProvider

    /// How long a credential is remembered at most.
    private let maximumAge: Duration

    /// What time it is.
    private let now: @Sendable () -> Date

    /// Until when a credential that came at a moment is remembered at most; nil if nothing but its expiry and age count.
    private let end: @Sendable (_ credential: Credential, _ cameAt: Date) -> Date?

    /// What is remembered.
    private var memories: [CredentialRequest: Memory] = [:]

    /// The requests under way upstream.
    private var flights: [CredentialRequest: CredentialFlight] = [:]

    /// How many have waited.
    private var seats = 0

    /// The values last reported as rejected under each path, narrower ones among them.
    private var rejected: [CredentialPath: [Secret]] = [:]

    /// How many of them are known for each path.
    private static let rejectedCount = 8

    /// Remembers what a provider hands out.
    ///
    /// - Parameters:
    ///   - upstream: the provider that is asked.
    ///   - maximumAge: how long a credential is remembered at most. One minute: short enough for a
    ///     rotated secret to reach everybody, long enough to spare a vault or an agent.
    ///   - now: what time it is.
    public init(
        _ upstream: any CredentialProvider, maximumAge: Duration = .seconds(60),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.upstream = upstream
        self.maximumAge = maximumAge
        self.now = now
        end = { _, _ in nil }
    }

    /// Remembers what a provider hands out, each credential no longer than until an end of its own.
    ///
    /// - Parameters:
    ///   - upstream: the provider that is asked.
    ///   - maximumAge: how long a credential is remembered at most.
    ///   - now: what time it is.
    ///   - end: until when one that came at a moment is remembered; nil if nothing but its expiry and age count.
    package init(
        _ upstream: any CredentialProvider, maximumAge: Duration, now: @escaping @Sendable () -> Date,
        until end: @escaping @Sendable (_ credential: Credential, _ cameAt: Date) -> Date?
    ) {
        self.upstream = upstream
        self.maximumAge = maximumAge
        self.now = now
        self.end = end
    }

    /// Hands out what is remembered, or asks.
    ///
    /// - Throws: what the provider behind throws; `CancellationError` to a cancelled caller alone.
    public func credential(for request: CredentialRequest) async throws -> Credential {
        while true {
            try Task.checkCancellation()
            if let credential = remembered(for: request) { return credential }
            let flight = flights[request.subject] ?? depart(for: request)
            do {
                let credential = try await landing(of: flight)
                // Who came after a change asks for what is there since.
                if flight.isOvertaken { continue }
                if flight.request == request || credential.isValid(for: request.minimumValidity, at: now()) {
                    return credential
                }
            } catch  where (flight.request != request || flight.isOvertaken) && !(error is CancellationError) {
                // It failed for somebody who asked for more or for less, or before: ask in our own name.
            }
        }
    }

    /// Forgets the credential and tells the provider behind.
    ///
    /// What was asked for before may bring it once more, and is not for whoever asks from now on.
    public func report(rejected credential: Credential) async {
        let path = credential.path
        if rejected[path]?.contains(credential.value) != true {
            rejected[path, default: []].append(credential.value)
            if rejected[path, default: []].count > Self.rejectedCount { rejected[path]?.removeFirst() }
            overtake { $0 == path }
        }
        for (subject, memory) in memories where subject.path == path && memory.credential.value == credential.value {
            memories[subject] = nil
        }
        await upstream.report(rejected: credential)
    }

    /// Forgets what is remembered of some paths, as something has changed there; what is under way for them is not remembered either.
    ///
    /// Whoever waits already gets what comes; whoever asks from now on does not.
    ///
    /// - Parameter isMeant: whether a path is one of those.
    package func forget(where isMeant: @Sendable (CredentialPath) -> Bool) {
        memories = memories.filter { !isMeant($0.key.path) }
        overtake(where: isMeant)
    }

    /// Has whoever asks from now on ask anew, although a request is under way.
    private func overtake(where isMeant: (CredentialPath) -> Bool) {
        for subject in flights.keys where isMeant(subject.path) { flights[subject]?.isOvertaken = true }
    }

    /// What is remembered, if it is good enough and young enough.
    private func remembered(for request: CredentialRequest) -> Credential? {
        guard let memory = memories[request.subject] else { return nil }
        let now = now()
        let age = now.timeIntervalSince(memory.rememberedAt)
        // A clock that was set back makes the age negative: then nothing is known about it.
        guard age >= 0, age < maximumAge / .seconds(1) else { return nil }
        if let last = end(memory.credential, memory.rememberedAt), now >= last { return nil }
        return memory.credential.isValid(for: request.minimumValidity, at: now) ? memory.credential : nil
    }

    /// Begins a request upstream.
    private func depart(for request: CredentialRequest) -> CredentialFlight {
        let flight = CredentialFlight(request)
        flights[request.subject] = flight
        Task { [upstream] in
            do {
                let credential = try await upstream.credential(for: request)
                land(request.subject, .success(credential))
            } catch {
                land(request.subject, .failure(error))
            }
        }
        return flight
    }

    /// Ends a request upstream: remembers what it brought and tells everybody who waits.
    private func land(_ subject: CredentialRequest, _ result: Result<Credential, any Error>) {
        let flight = flights.removeValue(forKey: subject)
        if case .success(let credential) = result, flight?.isOvertaken != true,
            rejected[subject.path]?.contains(credential.value) != true
        {
            memories[subject] = Memory(credential: credential, rememberedAt: now())
        }
        flight?.land(result)
    }

    /// Waits until a request upstream has ended, or until the caller's task is cancelled.
    private func landing(of flight: CredentialFlight) async throws -> Credential {
        let subject = flight.request.subject
        seats += 1
        let seat = seats
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // The actor was not left since the caller looked at `flights`.
                precondition(flights[subject] != nil, "nobody would ever wake this caller")
                flights[subject]?.board(seat, continuation)
            }
        } onCancel: {
            // It reaches the actor only after `board`, for the same reason.
            Task { await leave(subject, seat) }
        }
    }

    /// Lets one caller go; does nothing if its flight has landed, as no seat is given twice.
    private func leave(_ subject: CredentialRequest, _ seat: Int) {
        flights[subject]?.leave(seat)
    }

    /// A credential and when it was handed out.
    private struct Memory {
        /// The credential.
        let credential: Credential

        /// When it was handed out.
        let rememberedAt: Date
    }
}

extension CredentialProvider where Self == CachingCredentialProvider {
    /// Remembers what another provider handed out, for as long as it works.
    ///
    /// - Parameters:
    ///   - upstream: the provider that is asked.
    ///   - maximumAge: how long a credential is remembered at most.
    /// - Returns: the provider.
    public static func caching(
        _ upstream: any CredentialProvider, maximumAge: Duration = .seconds(60)
    ) -> CachingCredentialProvider {
        CachingCredentialProvider(upstream, maximumAge: maximumAge)
    }
}
