// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto
package import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Checks a webhook of an app's provider with what the vault keeps.
    ///
    /// The event is written once the proof has held and before anybody is told: what fails leaves no trace, since whoever can
    /// reach an address of webhooks could otherwise fill the record.
    ///
    /// - Parameters:
    ///   - request: the request as it came.
    ///   - path: the app, or the connection that the webhook has to be about. For proofs by a connection's own token an app's
    ///     connections are looked through for the account that the request names.
    ///   - name: which of the provider's webhooks is waited for; nil for whichever it is.
    ///   - keyPath: the static secret that it is checked with, where that is one of its own.
    /// - Returns: what is proven.
    /// - Throws: ``WebhookError``; ``KeeperError`` `not_found`, `wrong_kind`, `not_permitted` for a reader, `usage`.
    package func check(
        _ request: WebhookRequest, at path: CredentialPath, named name: String? = nil, keyPath: CredentialPath? = nil
    ) async throws -> CheckedWebhook {
        guard try vault.role(for: path) > .reader else {
            throw KeeperError(
                .notPermitted, "webhooks are checked with secrets that only an issuer opens", path: path)
        }
        guard let entry = try await vault.inspect(path) else {
            throw KeeperError(.notFound, "there is no entry \(path)", path: path)
        }
        let connection = entry.kind == .connection ? try await pair(path) : nil
        let app = try connection?.app ?? AppRecord(entry)
        // As of a connection's app: an older row of it does not end the taint of a client_secret.
        if connection == nil { try vault.confirmTaint(app.taintEpoch, of: entry.id) }
        guard let registration = app.registration else { throw VaultError.damaged }
        let check = WebhookCheck(registration, now: effects.now()) { ConstantTime.areEqual($0, $1) }
        let proof = try check.proof(of: request, named: name)
        var (keys, own) = (WebhookKeys(of: app), connection)
        switch proof.key {
        case .clientSecret: break
        case .ownSecret: keys = WebhookKeys(of: try await ownSecret(at: keyPath, proof))
        case .connectionToken:
            if own == nil { own = try await claimed(of: path, by: request, proof, check) }
            guard let token = own?.connection.applicationToken else {
                throw WebhookError(
                    .noKey,
                    "The vault keeps no token of that account to check it with; give it with: coffer webhook token PATH"
                )
            }
            keys = WebhookKeys(token)
        }
        var checked = try await checked(request, by: proof, keys, check)
        if let own {
            // Of what names no account nothing more is known.
            guard checked.accountID == nil || checked.accountID == own.connection.accountID else {
                throw WebhookError(.foreign, "The webhook is about another account than that of \(own.entry.path).")
            }
            checked.connection = own.entry.path
        }
        if let id = checked.tokenID, let end = checked.expiresAt {
            try seenTokens.note(id, of: checked.accountID, until: end, now: effects.now())
        }
        try await record(
            .read, [checked.connection ?? path], "proven: the webhook \(proof.name)", details: ["webhook": proof.name])
        return checked
    }

    private func checked(
        _ request: WebhookRequest, by proof: WebhookProof, _ keys: WebhookKeys, _ check: WebhookCheck
    ) async throws -> CheckedWebhook {
        var failure = WebhookError(.noKey, "The vault keeps nothing that it could be checked with.")
        for key in keys.good {
            do { return try await check.check(request, by: proof, key: key) } catch { failure = error }
            guard failure.code == .wrong else { throw failure }
        }
        for key in keys.leaked {
            guard (try? await check.check(request, by: proof, key: key)) != nil else { continue }
            throw WebhookError(
                .leaked,
                "The proof was made with a secret that leaked or was replaced: anybody who found it can make one."
            )
        }
        throw keys.good.isEmpty && !keys.leaked.isEmpty
            ? WebhookError(.wrong, "The proof is not one for this request.") : failure
    }

    private func ownSecret(at path: CredentialPath?, _ proof: WebhookProof) async throws -> StaticSecret {
        guard let path else {
            throw KeeperError(
                .usage,
                "the webhook \(proof.name) has a secret of its own; name the static secret that it is with --key")
        }
        return try await confirmedSecret(entry(path, .secret))
    }

    /// The connection whose account a request says it is about.
    private func claimed(
        of app: CredentialPath, by request: WebhookRequest, _ proof: WebhookProof, _ check: WebhookCheck
    ) async throws -> GrantPair? {
        guard let account = try check.claimedAccount(in: request, proof) else { return nil }
        let entries = try await connections(of: app)
        let paths = try entries.filter { try ConnectionRecord.known($0)?.accountID == account }.map(\.path).sorted()
        // Of several grants of one account the token is the account's: any that has it will do.
        var first: GrantPair?
        for path in paths {
            let pair = try await pair(path)
            if pair.connection.applicationToken != nil { return pair }
            first = first ?? pair
        }
        return first
    }
}
