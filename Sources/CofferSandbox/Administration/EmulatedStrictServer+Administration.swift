// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedStrictServer {
    /// The token of the administrator, who has no account here.
    static let administrator = "sandbox-administrator"

    /// The vendors, by the first segment below `/administration`.
    private static let vendors: [String: any EmulatedAdministration] = [
        "auth0": EmulatedAuth0(), "gitlab": EmulatedGitLab(), "keycloak": EmulatedKeycloak(),
        "microsoft": EmulatedEntra(), "okta": EmulatedOkta(),
    ]

    /// `/administration/VENDOR/…`: what an administrator's program asks for.
    func administer(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) -> Reply {
        let path = request.path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        guard path.count > 2, let vendor = Self.vendors[path[1]] else { return SandboxService.nothingHere }
        let credentials = ["Bearer \(Self.administrator)", "SSWS \(Self.administrator)"]
        guard credentials.contains(request.header("authorization") ?? "") else {
            return vendor.refusal(401, "The token is not an administrator's.")
        }
        let integrations = service.integrations
        let call = AdministrationCall(
            method: request.method, path: Array(path.dropFirst(2)), query: request.query, bytes: request.bytes,
            integrations: integrations, now: terms.now)
        let (reply, newest) = state.withLock { state in
            state.held.follow(integrations, now: terms.now)
            let reply = vendor.answer(call, &state.held)
            return (reply, integrations.map { ($0.clientID, state.held[$0.clientID].last { $0.isActive }?.value) })
        }
        service.ledger.withLock { ledger in
            for (clientID, secret) in newest {
                guard let secret else { continue }
                _ = ledger.replaceSecret(of: clientID, with: secret)
            }
        }
        return reply
    }

    /// Whether a secret is the client's, or one that stands beside it.
    func accepts(_ secret: String, of integration: Integration) -> Bool {
        secret == integration.clientSecret || state.withLock { $0.held.accepts(secret, beside: integration) }
    }
}
