// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The emulated service without its network: settings, memory and the rules that answer a request.
final class EmulatedAmoCRM: Sendable {
    let configuration: SandboxConfiguration
    let accounts: [Account]
    let faults = FaultPlan()
    let log: RequestLog
    let ledger: Mutex<Ledger>
    let signer = AccessTokenSigner()
    private let limiter: Mutex<RequestLimiter>
    private let boundPort = Mutex(443)

    /// Makes a fresh service with new ids and secrets.
    init(_ configuration: SandboxConfiguration) throws(SandboxError) {
        var accounts: [Account] = []
        for name in configuration.accountNames {
            let account = try Account(name: name)
            guard !accounts.contains(where: { $0.id == account.id }) else {
                throw SandboxError(.configuration, "The account \(name) is there twice, or shares its id with another.")
            }
            accounts.append(account)
        }
        guard !accounts.isEmpty, !configuration.integrationNames.isEmpty else {
            throw SandboxError(.configuration, "A sandbox needs at least one account and one integration.")
        }
        let integrations = configuration.integrationNames.map { name in
            Integration(
                name: name, clientID: OpaqueText.clientID(), clientSecret: OpaqueText.clientSecret(),
                redirectURI: configuration.redirectURI)
        }
        self.configuration = configuration
        self.accounts = accounts
        log = RequestLog(now: configuration.now)
        ledger = Mutex(Ledger(accounts: accounts, integrations: integrations))
        limiter = Mutex(RequestLimiter(settings: configuration.limits))
    }

    /// The names this sandbox is reached under; right once the port is known.
    var origin: Origin { Origin(port: boundPort.withLock { $0 }) }

    /// The integrations with their present secrets.
    var integrations: [Integration] { ledger.withLock { $0.integrations } }

    /// Tells the port that the system chose, before the first connection is accepted.
    func listens(on port: Int) {
        boundPort.withLock { $0 = port }
    }

    /// What the network has to do about a request: an answer, or one of the tricks.
    func handle(_ request: ParsedRequest) -> Delivery {
        guard request.endpoint != .control else { return .answer(answer(request)) }
        let number = log.arrived(request)
        let limited = limit(request)
        guard limited == nil else {
            return finish(number, .answer(limited ?? .blocked()))
        }
        guard let fault = faults.next(for: request) else {
            return finish(number, .answer(answer(request)))
        }
        log.note(fault: fault.kind.rawValue, of: number)
        return finish(number, fault.bend(origin: origin) { answer(request) })
    }

    private func finish(_ number: Int, _ delivery: Delivery) -> Delivery {
        log.answered(number, status: delivery.status)
        return delivery
    }

    /// Token and API requests are counted; consent and operator pages belong to people.
    ///
    /// Returns the refusal, if any.
    private func limit(_ request: ParsedRequest) -> Reply? {
        let named: String?
        switch request.endpoint {
        case .token: named = request.body["client_id"]
        case .account:
            named = request.bearerToken.flatMap { token in
                ledger.withLock { $0.grant(accessToken: token, now: configuration.now())?.clientID }
            }
        case .subdomain:
            named = request.header("x-refresh-token").flatMap { token in
                ledger.withLock { $0.grant(refreshToken: token, now: configuration.now())?.clientID }
            }
        case .consent, .operator, .control, .unknown: return nil
        }
        let known = integrations.first { $0.clientID == named }?.clientID ?? ""
        let party = RequestLimiter.Party(clientID: known, source: request.source)
        switch limiter.withLock({ $0.admit(party, at: configuration.now()) }) {
        case .admitted: return nil
        case .limited: return .tooManyRequests()
        case .blocked: return .blocked()
        }
    }
}
