// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// One emulated service without its network: what all providers have in common, around the rules of one.
final class SandboxService: Sendable {
    let configuration: SandboxConfiguration
    let provider: any EmulatedProvider
    let faults = FaultPlan()
    let log: RequestLog
    let ledger: Mutex<Ledger>
    let signer = TokenSigner()
    private let limiter: Mutex<RequestLimiter>
    private let boundPort = Mutex(443)

    /// Makes a fresh service with new ids and secrets.
    init(_ configuration: SandboxConfiguration) throws(SandboxError) {
        let provider = configuration.provider.emulation
        let reserved = provider.baseLabels + (provider.shardLabel.map { [$0] } ?? [])
        var accounts: [Account] = []
        var numbers: Set<Int> = []
        for name in configuration.accountNames {
            let account = try Account(name: name, reserved: reserved)
            guard numbers.insert(account.id).inserted else {
                throw SandboxError(.configuration, "The account \(name) is there twice, or shares its id with another.")
            }
            accounts.append(account)
        }
        guard !accounts.isEmpty, !configuration.integrationNames.isEmpty else {
            throw SandboxError(.configuration, "A sandbox needs at least one account and one integration.")
        }
        let integrations = configuration.integrationNames.map { name in
            Integration(
                name: name, clientID: provider.newClientID(), clientSecret: provider.newClientSecret(),
                redirectURI: configuration.redirectURI)
        }
        self.configuration = configuration
        self.provider = provider
        log = RequestLog(now: configuration.now)
        ledger = Mutex(Ledger(accounts: accounts, integrations: integrations))
        limiter = Mutex(RequestLimiter(settings: configuration.limits))
    }

    /// The names this sandbox is reached under; right once the port is known.
    var origin: Origin {
        Origin(label: provider.label, shardLabel: provider.shardLabel, port: boundPort.withLock { $0 })
    }

    /// The accounts with their present names.
    var accounts: [Account] { ledger.withLock { $0.accounts } }

    /// The account of a present name.
    func account(named name: String) -> Account? { ledger.withLock { $0.account(named: name) } }

    /// The integrations with their present secrets.
    var integrations: [Integration] { ledger.withLock { $0.integrations } }

    /// The integration of a client id.
    func integration(_ clientID: String?) -> Integration? { ledger.withLock { $0.integration(clientID) } }

    /// Tells the port that the system chose, before the first connection is accepted.
    func listens(on port: Int) {
        boundPort.withLock { $0 = port }
    }

    /// What the network has to do about a request: an answer, or one of the tricks.
    ///
    /// - Parameters:
    ///   - request: what came.
    ///   - ended: to be called when an answer that takes its time, or never comes, has ended.
    /// - Returns: what to do.
    func handle(_ request: ParsedRequest, ended: inout @Sendable () -> Void) -> Delivery {
        guard request.endpoint != .control else { return .answer(answer(request, terms([]))) }
        let account = account(of: request)
        let number = log.arrived(request, account: account)
        ended = { [log] in log.ended(number) }
        if let refusal = limit(request) { return finish(number, request, .answer(refusal)) }
        let hits = faults.next(for: request, account: account)
        if !hits.isEmpty { log.note(faults: hits.map(\.kind.rawValue), of: number) }
        let conduct = hits.filter { !$0.kind.bendsAnswer }
        guard let fault = hits.first(where: \.kind.bendsAnswer) else {
            return finish(number, request, .answer(process(request, of: account, conduct)))
        }
        let delivery = fault.bend(origin: origin) { process(request, of: account, conduct) }
        return finish(number, request, delivery)
    }

    private func finish(_ number: Int, _ request: ParsedRequest, _ delivery: Delivery) -> Delivery {
        let outcome = request.endpoint == .token ? outcome(of: request, delivery) : nil
        log.answered(number, status: delivery.status, outcome: outcome)
        if delivery.isWhole { log.ended(number) }
        return delivery
    }

    /// What an answer tells a client that believes nothing which is not whole.
    private func outcome(of request: ParsedRequest, _ delivery: Delivery) -> TokenOutcomeTold {
        guard case .answer(let reply) = delivery else { return .unknown }
        let text = String(decoding: reply.body, as: UTF8.self)
        if text.contains("\"access_token\"") { return .accepted }
        let isRefusal = reply.status == 400 || reply.status == 401
        let knowsClient = integration(request.clientID).map { $0.clientSecret == request.clientSecret } ?? false
        if isRefusal { return knowsClient || text.contains("\"invalid_grant\"") ? .refused : .undecided }
        return (200..<300).contains(reply.status) && !text.contains("\"error\"") ? .unknown : .undecided
    }

    /// The account that a request is about: by its host, or by the code or token it presents.
    private func account(of request: ParsedRequest) -> Account? {
        if let account = request.place.account { return account }
        var presented = ["refresh_token", "code", "token", "subject_token", "auth"].compactMap { request.fields[$0] }
        presented += [request.bearerToken, request.header("x-refresh-token")].compactMap(\.self)
        return ledger.withLock { ledger in
            for token in presented {
                if let account = ledger.account(ofAny: token) { return account }
            }
            return nil
        }
    }

    private func terms(_ faults: [Fault]) -> Terms {
        Terms(faults, now: configuration.now(), lifetimes: configuration.lifetimes, origin: origin)
    }

    /// Lets the provider answer, after what the faults do to its state.
    private func process(_ request: ParsedRequest, of account: Account?, _ faults: [Fault]) -> Reply {
        var request = request
        let kinds = Set(faults.map(\.kind))
        if kinds.contains(.secretChanged), let clientID = request.clientID { _ = regenerateSecret(of: clientID) }
        if kinds.contains(.renamedAccount), let account {
            rename(account)
            request.place = Place(host: request.host, provider: provider, account: account(named:))
        }
        if kinds.contains(.wrongSecretSpends), request.endpoint == .token,
            let integration = integration(request.clientID), request.clientSecret != integration.clientSecret,
            let token = request.fields["refresh_token"]
        {
            ledger.withLock { $0.revoke(refreshToken: token) }
        }
        return answer(request, terms(faults))
    }

    /// Gives an account a name that none had before, and so a host where accounts have hosts.
    func rename(_ account: Account) {
        ledger.withLock { ledger in
            var number = 2
            while ledger.account(named: "\(account.name)-\(number)") != nil { number += 1 }
            ledger.rename(account, to: "\(account.name)-\(number)")
        }
    }

    /// The refusal of a request that is above the limit, if it is.
    private func limit(_ request: ParsedRequest) -> Reply? {
        guard let party = provider.limitedParty(of: request, in: self) else { return nil }
        let counted = RequestLimiter.Party(clientID: party, source: request.source)
        return switch limiter.withLock({ $0.admit(counted, at: configuration.now()) }) {
        case .admitted: nil
        case .limited: provider.limitedReply
        case .blocked: provider.blockedReply
        }
    }
}
