// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
public import CofferCredentials
import Foundation
import NIOCore
import NIOHTTP1

/// Calls the APIs of accounts with credentials that somebody else keeps.
///
/// ```swift
/// let client = try APIClient(vault, configuration: .init(dialect: .amocrm))
/// let answer = try await client.execute(APIRequest(target: "/api/v4/leads"), as: path)
/// ```
///
/// It attaches the token and goes to the account's own host, exactly. A refused token (401) is reported, and the request
/// sent once more with another; "too fast" (429) and "busy" (503) are waited out as told. Where a vendor has shut the
/// account out or wants money, it stops. No redirect is followed. Any other answer is the caller's, whatever its status.
///
/// It has an HTTP client of its own, since no other can be asked whether it follows redirects; ``shutdown()`` ends it.
/// One value serves a whole program, from any number of tasks.
public final class APIClient: Sendable {
    /// How long a credential may take before the place that was given is taken to be past: 50 ms.
    private static let longestFetch = Duration.milliseconds(50)

    private let credentials: any CredentialProvider
    private let limit: (any RequestLimit)?
    private let settings: Configuration
    private let origins: [APIOrigin]
    private let transport: APITransport
    private let effects: APIClientEffects
    private let quiet: QuietTimes
    private let operating = OperatingLedger()
    private let nonces = OriginNonces()
    /// Which origins are known; who is the first to ask another.
    let firsts: FirstCalls

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - credentials: whom to ask for tokens, before each request.
    ///   - limit: whom to ask for room before each request; the provider of credentials, where it can do that.
    ///   - configuration: what else is to be known.
    /// - Throws: ``CofferCredentials/CredentialError`` `misconfigured` for an origin that no token may go to.
    public convenience init(
        _ credentials: any CredentialProvider, limit: (any RequestLimit)? = nil,
        configuration: Configuration = Configuration()
    ) throws {
        try self.init(credentials, limit: limit, configuration: configuration, effects: APIClientEffects())
    }

    init(
        _ credentials: any CredentialProvider, limit: (any RequestLimit)? = nil, configuration: Configuration,
        effects: APIClientEffects, firsts: FirstCalls = FirstCalls()
    ) throws {
        origins = try configuration.origins.map { text in
            guard let origin = APIOrigin(text) else {
                throw CredentialError(.misconfigured, message: "an origin is https://host or https://host:port")
            }
            return origin
        }
        self.credentials = credentials
        self.limit = limit ?? (credentials as? any RequestLimit)
        self.effects = effects
        self.firsts = firsts
        settings = configuration
        quiet = QuietTimes(clock: effects.clock)
        transport = APITransport(configuration)
    }

    /// Sends a request with the credential under a path.
    ///
    /// - Parameters:
    ///   - request: what to ask for.
    ///   - path: whose credential is attached.
    /// - Returns: the answer. Its body is still on its way where its status is below 400 and the dialect need not read it.
    /// - Throws: ``APIError``; ``CofferCredentials/CredentialError`` where there is no credential;
    ///   `CancellationError` if the caller's task was cancelled.
    public func execute(_ request: APIRequest, as path: CredentialPath) async throws -> HTTPClientResponse {
        try await perform(request, as: path).response
    }

    /// What a method has used of its operating time, as the last answer said (Bitrix24).
    ///
    /// - Parameters:
    ///   - method: the method's name, as in `crm.lead.list`.
    ///   - path: the account's path.
    /// - Returns: what is known; nil before the first answer.
    public func operatingTime(of method: String, under path: CredentialPath) -> OperatingTime? {
        operating.time(OperatingLedger.Key(path: path, method: method.lowercased()))
    }

    /// Lets an account be called again before the time that it is left alone for after a block is over.
    ///
    /// A time that its server named for another reason (429, 503) goes on holding.
    public func resume(_ path: CredentialPath) { quiet.end(path) }

    /// Closes all connections; the client is of no use afterwards.
    ///
    /// - Throws: what the HTTP client throws if it was shut down before.
    public func shutdown() async throws { try await transport.shutdown() }

    // MARK: - One request

    /// An answer, and whether it says that a batch was too large.
    struct Outcome: Sendable {
        let response: HTTPClientResponse
        let isTooMuch: Bool
    }

    func perform(_ request: APIRequest, as path: CredentialPath) async throws -> Outcome {
        var attempts = Attempts(patience: settings.patience)
        var rejected: Credential?
        var isProvenAnew = false
        while true {
            let (credential, bare) = try await prepare(request, path, rejected, &attempts)
            let prepared = try await bare.proven(by: credential, nonce: nonces.last(bare.origin))
            guard let incoming = try await send(prepared, credential) else { continue }
            if credential.needsProof,
                let complaint = nonces.heed(incoming.response.status, incoming.response.headers, from: bare.origin)
            {
                try Self.mayProveAnew(complaint, request, path, isProvenAnew: &isProvenAnew)
                continue
            }
            let (verdict, status) = try judge(incoming, request, prepared, path)
            let action = attempts.next(
                after: verdict, request, path: path, status: status, random: effects.random())
            await heed(verdict, action, credential)
            switch action {
            case .deliver: return Outcome(response: incoming.response, isTooMuch: false)
            case .part: return Outcome(response: incoming.response, isTooMuch: true)
            case .wait(let duration): if duration > .zero { try await effects.clock.sleep(for: duration) }
            case .renew:
                await credentials.report(rejected: credential)
                rejected = credential
            case .fail(let error, let reports):
                if reports { await credentials.report(rejected: credential) }
                throw error
            }
        }
    }

    /// Sends a request; nil if its place went by, since another is the first to its origin.
    private func send(_ request: PreparedRequest, _ credential: Credential) async throws -> APITransport.Incoming? {
        let (origin, collects) = (request.origin, settings.dialect.readsEverything)
        guard let limit else { return try await transport.send(request, path: credential.path, collects: collects) }
        let turn = firsts.begin(origin)
        guard turn != .late else { return nil }
        let timer = turn == .first ? firsts.timer(origin) : nil
        defer { timer?.cancel() }
        do {
            let incoming = try await transport.send(request, path: credential.path, collects: collects)
            if turn == .first { firsts.end(origin, leavingRoomIn: limit, for: credential) }
            return incoming
        } catch {
            if turn == .first { firsts.end(origin, isAnswered: false) }
            throw error
        }
    }

    /// Whether a request is sent once more with another proof: for want of a nonce, once, and if its body is at hand.
    ///
    /// The token is good, so it is neither reported nor renewed (RFC 9449 §9).
    private static func mayProveAnew(
        _ complaint: OriginNonces.Complaint, _ request: APIRequest, _ path: CredentialPath, isProvenAnew: inout Bool
    ) throws(APIError) {
        if complaint == .nonce, !isProvenAnew, request.canBeSentAgain {
            isProvenAnew = true
            return
        }
        let sentence =
            complaint == .nonce && !request.canBeSentAgain
            ? "the server wants a nonce in the proof, and the request's body is gone; send it once more"
            : "the server refuses the proof that goes with the token; is this machine's clock right?"
        throw APIError(.rejected, sentence, path: path, status: 401)
    }

    /// Waits until nothing holds the request back and there is room for it, and puts it together with a credential of this
    /// moment: whoever waited hears what was said to others meanwhile, and shows no token that was replaced.
    private func prepare(
        _ request: APIRequest, _ path: CredentialPath, _ rejected: Credential?, _ attempts: inout Attempts
    ) async throws -> (Credential, PreparedRequest) {
        var hasRoom = limit == nil
        var isSlow = false
        while true {
            try Task.checkCancellation()
            if let hold = try quiet.hold(on: path) {
                try await wait(hold, path, &attempts)
                hasRoom = limit == nil
                continue
            }
            let elapsed = effects.clock.stopwatch()
            let credential = try await credentials.credential(for: CredentialRequest(path: path))
            // While it is refreshed, as while its agent is busy, a place that was given goes by. So where that takes long a place is
            // waited for with the credential in hand, and it is fetched anew only if it ends meanwhile.
            if limit != nil, elapsed() > Self.longestFetch { (hasRoom, isSlow) = (false, true) }
            if let rejected, rejected.value == credential.value {
                throw APIError(
                    .rejected, "the server refuses the token, and there is no other", path: path, status: 401)
            }
            let prepared = try PreparedRequest(request, credential, origins: origins, dialect: settings.dialect)
            let pause = operating.wait(
                for: request, calling: prepared.methodName, under: path, limit: settings.dialect.operatingLimit,
                at: effects.now())
            if pause > .zero {
                try await wait(QuietTimes.Hold(left: pause, cause: .limited), path, &attempts)
                // A place that was given before is long past.
                hasRoom = limit == nil
                continue
            }
            guard let limit, !hasRoom else { return (credential, prepared) }
            let waiting = effects.clock.stopwatch()
            if try await firsts.settle(prepared.origin) {
                attempts.count(waiting())
                continue
            }
            let wasValid = credential.isValid(for: nil, at: effects.now())
            try await limit.wait(for: credential, &attempts, by: effects.clock)
            // One that had ended before is no better the next time.
            let hasEnded = wasValid && !credential.isValid(for: nil, at: effects.now())
            if isSlow, !hasEnded, try quiet.hold(on: path) == nil { return (credential, prepared) }
            hasRoom = true
        }
    }

    private func wait(_ hold: QuietTimes.Hold, _ path: CredentialPath, _ attempts: inout Attempts) async throws {
        let duration = try attempts.wait(hold.left, for: hold.cause, path: path, random: effects.random())
        try await effects.clock.sleep(for: duration)
    }

    /// What an answer means; a redirect is an error unless the caller wants to see it.
    private func judge(
        _ incoming: APITransport.Incoming, _ request: APIRequest, _ prepared: PreparedRequest, _ path: CredentialPath
    ) throws(APIError) -> (APIVerdict, Int) {
        let response = incoming.response
        let status = Int(response.status.code)
        let answer = APIAnswer(
            status: status, headers: response.headers, body: incoming.body, receivedAt: effects.now())
        let verdict = settings.dialect.judge(answer)
        if let limit = settings.dialect.operatingLimit {
            operating.note(
                answer, verdict, to: request, calling: prepared.methodName, under: path, limit: limit)
        }
        if verdict == .answer, !request.returnsRedirects, let error = answer.redirection(under: path) { throw error }
        return (verdict, status)
    }

    /// Lets the other tasks of this client, and whoever shares the limit, know what a server said to one.
    private func heed(_ verdict: APIVerdict, _ action: Attempts.Action, _ credential: Credential) async {
        let path = credential.path
        switch (verdict, action) {
        case (.blocked, .fail(let error, _)):
            quiet.begin(path, for: settings.blockPause, block: error)
        case (.limited(let retryAfter), _):
            if let retryAfter { quiet.begin(path, for: retryAfter, cause: .limited) }
            await limit?.report(limited: credential, retryAfter: retryAfter)
        case (.busy(let retryAfter?), _): quiet.begin(path, for: retryAfter, cause: .busy)
        default: break
        }
    }
}
