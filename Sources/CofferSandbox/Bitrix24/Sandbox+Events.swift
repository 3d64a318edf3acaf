// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Synchronization

/// The events of Bitrix24 that a handler would be sent; the sandbox sends none by itself.
extension Sandbox {
    /// What of a portal an event tells.
    package enum PortalEvent: String, Sendable {
        /// The application was installed; carries a pair of tokens (api-reference/common/events/on-app-install).
        case installed = "ONAPPINSTALL"
        /// The application was removed; carries none (…/on-app-uninstall).
        case removed = "ONAPPUNINSTALL"
    }

    /// The form that Bitrix24 would send to an application's handler.
    ///
    /// `application_token` is all that proves it: a value shared by portal and application, and no signature.
    ///
    /// - Parameters:
    ///   - event: what happened; a removal ends the portal's grants first.
    ///   - name: the portal's name.
    /// - Returns: the body, `application/x-www-form-urlencoded`.
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such account or the provider is another one.
    package func portalEvent(_ event: PortalEvent, account name: String) throws -> String {
        guard provider == .bitrix24 else {
            throw SandboxError(.unknownName, "Only Bitrix24 sends such events.")
        }
        let account = try self.account(name)
        var fields = [
            ("event", event.rawValue), ("ts", String(Int(service.configuration.now().timeIntervalSince1970))),
            ("auth[domain]", host(of: account)), ("auth[member_id]", EmulatedBitrix24.memberID(of: account)),
            ("auth[client_endpoint]", "https://\(host(of: account))/rest/"),
            ("auth[server_endpoint]", "\(baseURL)/rest/"), ("auth[application_token]", applicationToken(of: account)),
        ]
        switch event {
        case .installed:
            let lifetimes = service.configuration.lifetimes
            let now = service.configuration.now()
            let pair = IssuedPair(
                accessToken: OpaqueText.hex(byteCount: 35), refreshToken: OpaqueText.hex(byteCount: 35),
                accessUntil: now.adding(lifetimes.accessToken), refreshUntil: now.adding(lifetimes.refreshToken))
            let clientID = integration.clientID
            service.ledger.withLock { ledger in
                let grant = ledger.newGrant(clientID: clientID, account: account)
                ledger.issue(pair, for: grant)
            }
            fields += [
                ("auth[access_token]", pair.accessToken), ("auth[refresh_token]", pair.refreshToken),
                // Separated by spaces here, by commas in token answers.
                ("auth[scope]", EmulatedBitrix24.scope.replacingOccurrences(of: ",", with: " ")),
                ("auth[expires_in]", String(pair.lifetimeSeconds(at: now))), ("auth[status]", "L"),
                ("data[INSTALLED]", "Y"),
            ]
        case .removed:
            try revokeAccess(of: name)
            fields += [("data[CLEAN]", "1")]
        }
        return Fields.form(fields)
    }

    /// 32 hex digits, the same for the same application and portal.
    private func applicationToken(of account: Account) -> String {
        let text = "application \(integration.clientID) \(account.id)"
        return String(OpaqueText.hex(SHA256.hash(data: Data(text.utf8))).prefix(32))
    }
}
