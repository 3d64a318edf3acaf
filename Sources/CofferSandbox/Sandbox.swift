// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A running sandbox: where it is, what is registered in it, and the levers of a test.
///
/// ```swift
/// try await withSandbox { sandbox in
///     let grant = try sandbox.authorize(account: "acme")
///     sandbox.faults.set([FaultRule(.answerLost, grantType: "refresh_token")])
///     …
///     #expect(!sandbox.log.wasSent(secret: oldSecret))
/// }
/// ```
package struct Sandbox: Sendable {
    /// What a person's consent gave: the address the browser is sent to, and the parts of it.
    package struct Authorization: Sendable, Equatable {
        /// The whole callback address, to be pasted; it holds the code.
        package let callbackURL: String
        /// The authorization code: 20 minutes, one use.
        package let code: String
    }

    let service: EmulatedAmoCRM
    /// The port on 127.0.0.1.
    package let port: Int
    /// The file with the authority to trust, PEM.
    package let caFile: String
    /// The folder with `ca.pem`, private to the user.
    package let folder: String

    /// The base address, `https://amocrm.localhost:PORT`: what `--sandbox` takes.
    package var baseURL: String { "https://\(service.origin.base)" }

    /// The page on which a person regenerates a secret.
    package var operatorURL: String { "\(baseURL)/operator" }

    /// The first integration with its present secret.
    package var integration: Integration { service.integrations[0] }

    /// All integrations with their present secrets.
    package var integrations: [Integration] { service.integrations }

    /// The accounts in the order of the configuration.
    package var accounts: [Account] { service.accounts }

    /// The rules about what goes wrong.
    package var faults: FaultPlan { service.faults }

    /// The requests so far.
    package var log: RequestLog { service.log }

    /// The host of an account with its port, as `referer` names it.
    package func host(of account: Account) -> String {
        service.origin.host(of: account)
    }

    /// Does what an administrator does in the integration's window; the old secret is dead on return.
    ///
    /// - Returns: the new secret.
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such integration.
    @discardableResult
    package func regenerateSecret(of integration: Integration) throws -> String {
        guard let changed = service.regenerateSecret(of: integration.clientID) else {
            throw SandboxError(.unknownName, "There is no such integration in the sandbox.")
        }
        return changed.clientSecret
    }

    /// Does what "Отозвать доступ" does: every grant of the account is withdrawn, its tokens are refused.
    ///
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such account.
    package func revokeAccess(of account: String) throws {
        let account = try self.account(account)
        service.ledger.withLock { $0.revokeGrants(of: account) }
    }

    /// Gives consent for an account by the same form handler that a browser's POST reaches; it is logged like one.
    ///
    /// - Parameters:
    ///   - account: the account's name.
    ///   - state: sent back in the callback if given.
    ///   - integration: the first one unless given.
    /// - Returns: the callback address and the code in it.
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such account.
    package func authorize(
        account: String, state: String? = nil, integration: Integration? = nil
    ) throws -> Authorization {
        let account = try self.account(account)
        let integration = integration ?? self.integration
        var form = [("client_id", integration.clientID), ("account", account.name), ("decision", "allow")]
        if let state { form.append(("state", state)) }
        let body = form.map { "\($0.0)=\(Fields.encoded($0.1))" }.joined(separator: "&")
        let request = ParsedRequest(
            method: "POST", host: "www.\(service.origin.base)", target: "/oauth",
            headers: [("content-type", "application/x-www-form-urlencoded")], bytes: Data(body.utf8),
            source: "127.0.0.1", accounts: accounts)
        guard case .answer(let reply) = service.handle(request),
            let location = reply.headers.first(where: { $0.name == "Location" })?.value,
            let query = location.split(separator: "?", maxSplits: 1).last,
            let code = Fields(formEncoded: query)["code"]
        else {
            throw SandboxError(.unknownName, "The consent page gave no code; is a fault set for it?")
        }
        return Authorization(callbackURL: location, code: code)
    }

    private func account(_ name: String) throws(SandboxError) -> Account {
        guard let account = accounts.first(where: { $0.name == name }) else {
            throw SandboxError(.unknownName, "There is no account \(name) in the sandbox.")
        }
        return account
    }
}
