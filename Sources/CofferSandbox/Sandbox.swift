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
public struct Sandbox: Sendable {
    /// What a person's consent gave: the address the browser is sent to, and the parts of it.
    public struct Authorization: Sendable, Equatable {
        /// The whole callback address, to be pasted; it holds the code.
        public let callbackURL: String
        /// The authorization code: 20 minutes, one use.
        public let code: String
    }

    let service: SandboxService
    /// The port on 127.0.0.1.
    public let port: Int
    /// The file with the authority to trust, PEM.
    public let caFile: String
    /// The folder with `ca.pem`, private to the user.
    package let folder: String

    /// The base address, `https://amocrm.localhost:PORT`: what `--sandbox` takes.
    public var baseURL: String { "https://\(service.origin.base)" }

    /// Which provider is emulated.
    public var provider: SandboxProvider { service.provider.kind }

    /// Where a person grants access, without the query; with accounts' own hosts, that of the first one.
    public var authorizationURL: String {
        service.provider.authorizationURL(service.origin, account: accounts[0])
    }

    /// Whether each account has a host of its own.
    package var hasAccountHosts: Bool { service.provider.hasAccountHosts }

    /// The page on which a person regenerates a secret.
    package var operatorURL: String { "\(baseURL)/operator" }

    /// The first integration with its present secret.
    public var integration: Integration { service.integrations[0] }

    /// All integrations with their present secrets.
    package var integrations: [Integration] { service.integrations }

    /// The accounts in the order of the configuration.
    public var accounts: [Account] { service.accounts }

    /// The rules about what goes wrong.
    public var faults: FaultPlan { service.faults }

    /// The requests so far.
    public var log: RequestLog { service.log }

    /// The host of an account with its port, as `referer` names it.
    public func host(of account: Account) -> String {
        service.origin.host(of: account)
    }

    /// Does what an administrator does in the integration's window; the old secret is dead on return.
    ///
    /// - Returns: the new secret.
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such integration.
    @discardableResult
    public func regenerateSecret(of integration: Integration) throws -> String {
        guard let changed = service.regenerateSecret(of: integration.clientID) else {
            throw SandboxError(.unknownName, "There is no such integration in the sandbox.")
        }
        return changed.clientSecret
    }

    /// Does what "Отозвать доступ" does: every grant of the account is withdrawn, its tokens are refused.
    ///
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such account.
    public func revokeAccess(of account: String) throws {
        let account = try self.account(account)
        service.ledger.withLock { $0.revokeGrants(of: account) }
    }

    /// Gives an account another name, and another host where accounts have hosts; its number stays.
    ///
    /// - Returns: the new name.
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such account.
    @discardableResult
    package func rename(account name: String) throws -> String {
        let account = try self.account(name)
        service.rename(account)
        return service.ledger.withLock { $0.account(account.id) }?.name ?? name
    }

    /// Gives consent for an account by the same form handler that a browser's POST reaches; it is logged like one.
    ///
    /// - Parameters:
    ///   - account: the account's name.
    ///   - state: sent back in the callback if given.
    ///   - integration: the first one unless given.
    ///   - query: the authorization request's other parameters, which some providers have.
    /// - Returns: the callback address and the code in it.
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such account.
    public func authorize(
        account: String, state: String? = nil, integration: Integration? = nil, query: [String: String] = [:]
    ) throws -> Authorization {
        let account = try self.account(account)
        let integration = integration ?? self.integration
        var form = [("client_id", integration.clientID), ("account", account.name), ("decision", "allow")]
        if let state { form.append(("state", state)) }
        form += query.filter { !["client_id", "state"].contains($0.key) }.sorted { $0.key < $1.key }
        let url = service.provider.authorizationURL(service.origin, account: account).dropFirst("https://".count)
        let slash = url.firstIndex(of: "/") ?? url.endIndex
        let request = ParsedRequest(
            method: "POST", host: String(url[..<slash]), target: String(url[slash...]),
            headers: [("content-type", "application/x-www-form-urlencoded")], bytes: Data(Fields.form(form).utf8),
            source: "127.0.0.1", provider: service.provider, account: service.account(named:))
        var ended: @Sendable () -> Void = {}
        guard case .answer(let reply) = service.handle(request, ended: &ended),
            let location = reply.headers.first(where: { $0.name == "Location" })?.value,
            let query = location.split(separator: "?", maxSplits: 1).last,
            let code = Fields(formEncoded: query)["code"]
        else {
            throw SandboxError(.unknownName, "The consent page gave no code; is a fault set for it?")
        }
        return Authorization(callbackURL: location, code: code)
    }

    /// The account of a name.
    func account(_ name: String) throws(SandboxError) -> Account {
        guard let account = service.account(named: name) else {
            throw SandboxError(.unknownName, "There is no account \(name) in the sandbox.")
        }
        return account
    }
}
