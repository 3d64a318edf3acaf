// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedStrictServer {
    /// One device that waits (RFC 8628).
    struct DeviceGrant: Sendable {
        /// What the person has said.
        enum Decision: Sendable {
            case none, denied
            case allowed(Account)
        }

        let clientID: String
        let userCode: String
        let conditions: Conditions
        let expiresAt: Date
        var decision = Decision.none
        /// How long the device must wait between two questions; `slow_down` adds 5 s for good (§3.5).
        var interval: TimeInterval = 5
        var lastAskedAt: Date?
    }

    /// 300 s.
    private static let deviceLifetime = Duration.seconds(300)

    /// `POST /device_authorization` (RFC 8628 §3.1).
    func beginDevice(
        _ request: ParsedRequest, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Reply {
        struct Body: Encodable {
            let deviceCode: String
            let userCode: String
            let verificationUri: String
            let verificationUriComplete: String
            let expiresIn: Int
            let interval: Int
        }
        let caller = try authenticate(request, terms, in: service)
        let conditions = Conditions(
            scope: try checkedScope(request.body["scope"]), audience: try audience(request.body))
        let code = OpaqueText.hex(byteCount: 32)
        // §6.1: consonants that nobody mistakes.
        let letters = Array("BCDFGHJKLMNPQRSTVWXZ")
        var generator = SystemRandomNumberGenerator()
        let userCode = String(
            (0..<9).map { $0 == 4 ? "-" : letters[Int.random(in: 0..<letters.count, using: &generator)] })
        let grant = DeviceGrant(
            clientID: caller.clientID, userCode: userCode, conditions: conditions,
            expiresAt: terms.now.adding(Self.deviceLifetime))
        state.withLock { $0.devices[code] = grant }
        let page = "\(issuer(service))/device"
        return .json(
            Body(
                deviceCode: code, userCode: userCode, verificationUri: page,
                verificationUriComplete: "\(page)?user_code=\(userCode)",
                expiresIn: Int(Self.deviceLifetime.components.seconds), interval: Int(grant.interval)))
    }

    /// `POST /device`: the person has typed the code and decided (§3.3).
    func decideDevice(
        _ request: ParsedRequest, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Reply {
        let typed = (request.body["user_code"] ?? "").uppercased().filter(\.isLetter)
        let account = request.body["account"].flatMap(service.account(named:))
        let isAllowed = request.body["decision"] == "allow"
        if isAllowed, account == nil { throw .request("There is no such account.") }
        let isKnown = state.withLock { state in
            let found = state.devices.first {
                $0.value.userCode.filter(\.isLetter) == typed && terms.now < $0.value.expiresAt
            }
            guard let code = found?.key else { return false }
            state.devices[code]?.decision = isAllowed ? account.map { .allowed($0) } ?? .denied : .denied
            return true
        }
        guard isKnown else { throw .request("There is no such code, or it has expired.") }
        return .html(HTML.page(title: "Done", body: "<p>Go back to your device.</p>"))
    }

    /// A device asks whether it may (§3.4, §3.5).
    func collectDevice(
        _ body: Fields, _ caller: Caller, _ key: String?, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Answer {
        guard let code = body["device_code"] else { throw .request("No device code is given.") }
        let (grant, account) = try state.withLock { state throws(StrictRefusal) in
            guard let grant = state.devices[code], grant.clientID == caller.clientID else {
                throw .grant("There is no such device code.")
            }
            guard terms.now < grant.expiresAt else { throw StrictRefusal("expired_token", "The code has expired.") }
            let isEarly = grant.lastAskedAt.map { terms.now.timeIntervalSince($0) < grant.interval } ?? false
            state.devices[code]?.lastAskedAt = terms.now
            if isEarly {
                state.devices[code]?.interval += 5
                throw StrictRefusal("slow_down", "Wait 5 seconds longer from now on (RFC 8628 section 3.5).")
            }
            switch grant.decision {
            case .none: throw StrictRefusal("authorization_pending", "Nobody has decided yet.")
            case .denied:
                state.devices[code] = nil
                throw StrictRefusal("access_denied", "The person has refused.")
            case .allowed(let account):
                state.devices[code] = nil
                return (grant, account)
            }
        }
        var conditions = grant.conditions
        conditions.keyThumbprint = key
        let pair = newPair(terms)
        let opened = service.ledger.withLock { ledger in
            let opened = ledger.newGrant(clientID: caller.clientID, account: account)
            ledger.issue(pair, for: opened, conditions: conditions)
            return opened
        }
        return answer(pair, opened, conditions.scope, key, nonce: nil, terms, in: service)
    }
}
