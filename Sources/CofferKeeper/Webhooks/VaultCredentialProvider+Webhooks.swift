// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials
public import CofferOAuth

extension VaultCredentialProvider {
    /// Checks that a webhook is its provider's, with what the vault keeps: an app's `client_secret`, a secret of the webhook's
    /// own or the token of a connection; it takes an issuer's identity.
    ///
    /// ```swift
    /// let request = try WebhookRequest(target: "/hook?\(query)", headers: headers, body: Secret(bytes: body))
    /// let proven = try await vault.check(request, for: "main/amocrm", named: "removal")
    /// ```
    ///
    /// One-time tokens are believed once by each value of this type; programs with several processes keep
    /// ``CheckedWebhook/tokenID`` themselves.
    ///
    /// - Parameters:
    ///   - webhook: the request as it came, body unchanged.
    ///   - path: the app, or the connection whose account it has to be about.
    ///   - name: which of the provider's webhooks this address is for; nil for whichever the request is.
    ///   - key: the path of the static secret, where the webhook has one of its own.
    /// - Returns: what is proven of it, which is less than what stands in it.
    /// - Throws: ``WebhookError`` for one that is not believed, ``CredentialError`` for everything else.
    public func check(
        _ webhook: WebhookRequest, for path: CredentialPath, named name: String? = nil, key: CredentialPath? = nil
    ) async throws -> CheckedWebhook {
        do {
            return try await keeper.check(webhook, at: path, named: name, keyPath: key)
        } catch let error as WebhookError {
            throw error
        } catch {
            throw CredentialFailure.translated(error, path: path)
        }
    }
}
