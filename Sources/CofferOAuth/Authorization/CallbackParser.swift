// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Reads what came back for one attempt, and gives its code out once.
///
/// A callback is input: nothing of it is put into an error or a page. What does not belong to the
/// attempt (`callback_mismatch`) leaves the attempt open; what does belong to it ends it.
package final class CallbackParser: Sendable {
    /// The longest callback that is read: 16 KiB; amoCRM's code alone has a thousand characters.
    package static let longestByteCount = 16 * 1024

    private let attempt: AuthorizationAttempt
    private let isUsed = Mutex(false)

    /// A parser for one attempt.
    package init(_ attempt: AuthorizationAttempt) {
        self.attempt = attempt
    }

    /// Reads a callback.
    ///
    /// - Parameter callback: the whole URL as pasted from the browser, or the path and query that a listener was asked
    ///   for.
    /// - Returns: the code and what its exchange needs.
    /// - Throws: `OAuthError` with code `callback_mismatch` when it is no answer to this attempt or a second one;
    ///   `access_denied`, `configuration` or `unreachable` when the provider says so; `refused_host` when the account's
    ///   host is not the provider's, in which case nothing has been sent anywhere.
    package func parse(_ callback: String) throws(OAuthError) -> AuthorizationCode {
        let parameters = try parameters(of: callback)
        try checkState(parameters["state"])
        try checkIssuer(parameters["iss"])
        // From here on the callback is this attempt's, and there is no other.
        let wasUsed = isUsed.withLock { isUsed in
            defer { isUsed = true }
            return isUsed
        }
        guard !wasUsed else { throw Self.mismatch("This callback has been used already.") }
        if let error = parameters["error"] { throw Self.refusal(error, by: attempt.registration.provider) }
        guard let code = parameters["code"], !code.isEmpty else {
            throw OAuthError(.nonsense, "The provider sent the browser back without a code.")
        }
        return AuthorizationCode(
            code: Secret(code), verifier: attempt.verifier, nonce: attempt.nonce,
            redirectURI: attempt.redirectURI, resource: attempt.resource, proofKey: attempt.registration.proofKey,
            accountHost: try accountHost(in: parameters), server: try server(in: parameters),
            clientID: attempt.registration.clientID)
    }

    private func parameters(of callback: String) throws(OAuthError) -> [String: String] {
        var text = Substring(callback)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        guard text.utf8.count <= Self.longestByteCount else { throw Self.mismatch("The callback is too long.") }
        guard let mark = text.firstIndex(of: "?") else {
            throw Self.mismatch("Paste the whole address from the browser, from https:// to its end.")
        }
        let query = text[text.index(after: mark)...].prefix { $0 != "#" }
        guard let parameters = QueryText.decode(query) else {
            throw Self.mismatch("The callback cannot be read: an escape is broken, or a parameter comes twice.")
        }
        return parameters
    }

    /// `Secret` compares in constant time.
    private func checkState(_ state: String?) throws(OAuthError) {
        guard let expected = attempt.state else { return }
        guard let state, Secret(state) == expected else {
            throw Self.mismatch("The callback's state is not this attempt's.")
        }
    }

    /// RFC 9207 §2.4: compared exactly; a wrong one is a mix-up of servers even where none was promised.
    private func checkIssuer(_ issuer: String?) throws(OAuthError) {
        let provider = attempt.registration.provider
        if issuer == nil, !provider.authorizationRequest.iss { return }
        if provider.issuer == nil, !provider.authorizationRequest.iss { return }
        guard let issuer, let expected = provider.issuer, issuer.utf8.elementsEqual(expected.utf8) else {
            throw Self.mismatch("The callback names another issuer than the app's.")
        }
    }

    /// The host that the code will be sent to: checked before anything is sent there.
    private func accountHost(in parameters: [String: String]) throws(OAuthError) -> String? {
        let provider = attempt.registration.provider
        guard let name = provider.authorizationRequest.accountParameter else { return attempt.accountHost }
        guard let text = parameters[name] else {
            if let host = attempt.accountHost { return host }
            throw OAuthError(.nonsense, "The provider sent the browser back without the account's address.")
        }
        return try HostRule(provider, trust: attempt.registration.trust).accountHost(from: text)
    }

    /// The server that the code and the client's secret will be sent to.
    private func server(in parameters: [String: String]) throws(OAuthError) -> String? {
        let provider = attempt.registration.provider
        guard let name = provider.authorizationRequest.serverParameter, let text = parameters[name] else { return nil }
        return try HostRule(provider, trust: attempt.registration.trust).server(from: text)
    }

    /// The provider's own word is read for what is known (RFC 6749 §4.1.2.1) and never repeated.
    private static func refusal(_ error: String, by provider: ProviderDescription) -> OAuthError {
        switch error {
        case "access_denied":
            OAuthError(.accessDenied, "The person or \(provider.displayName) said no.")
        case "server_error", "temporarily_unavailable":
            OAuthError(.unreachable, "\(provider.displayName) could not answer (\(error)).")
        case "invalid_request", "invalid_scope", "unauthorized_client", "unsupported_response_type":
            OAuthError(.configuration, "\(provider.displayName) does not accept the app's request (\(error)).")
        default:
            OAuthError(.configuration, "\(provider.displayName) sent the browser back with an error of its own.")
        }
    }

    private static func mismatch(_ message: String) -> OAuthError { OAuthError(.callbackMismatch, message) }
}
