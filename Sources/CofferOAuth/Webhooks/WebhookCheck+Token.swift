// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension WebhookCheck {
    /// Checks a one-time token as RFC 7519 §7.2 wants it: signature first, then for whom, from whom and when.
    ///
    /// `aud` is the address of the app's redirect URI without its path, `iss` the account's own address, and a claim names the
    /// client (https://www.amocrm.ru/developers/content/oauth/disposable-tokens). Those of bots are for the address that is
    /// called, which nobody told us, and have no id (https://www.amocrm.ru/developers/content/digital_pipeline/salesbot).
    func checkToken(
        _ presented: Secret, _ proof: WebhookProof, _ key: Secret, _ checked: inout CheckedWebhook
    ) async throws(WebhookError) {
        guard let token = SignedToken(presented) else {
            throw WebhookError(.malformed, "The proof of \(proof.name) is no JWT.")
        }
        // The description's algorithm and no other, whatever the header says (RFC 8725 §3.1).
        guard token.algorithm == proof.method.algorithm, token.header["crit"] == nil,
            await MessageCode.verifies(token, proof.method, key: key)
        else { throw Self.wrong(proof) }
        try checkTimes(token, proof)
        if proof.reusable != true { try checkAudience(token) }
        try checkParties(token, proof)
        let id = token["jti"]
        guard id != nil || proof.reusable == true else {
            throw WebhookError(.malformed, "The token has no id, so that nobody could tell whether it comes again.")
        }
        checked.tokenID = id
        checked.accountID = proof.account.flatMap { token[$0] }
        checked.userID = token["user_id"]
        // Until then it is believed, so that its id must be known for as long.
        checked.expiresAt = token.moment("exp").map { Date(timeIntervalSince1970: $0 + Self.leeway) }
    }

    private func checkTimes(_ token: SignedToken, _ proof: WebhookProof) throws(WebhookError) {
        let moment = now.timeIntervalSince1970
        guard let end = token.moment("exp"), let start = token.moment("iat") else {
            throw WebhookError(.malformed, "The token does not say from when to when it is good.")
        }
        guard moment < end + Self.leeway else { throw WebhookError(.outdated, "The token has expired.") }
        guard max(start, token.moment("nbf") ?? start) <= moment + Self.leeway else {
            throw WebhookError(.outdated, "The token is not good yet; one of the two clocks is wrong.")
        }
    }

    private func checkParties(_ token: SignedToken, _ proof: WebhookProof) throws(WebhookError) {
        if let claim = proof.client {
            guard token[claim] == registration.clientID else {
                throw WebhookError(.foreign, "The token is for another client.")
            }
        }
        let rule = HostRule(registration.provider, trust: registration.trust)
        guard let issuer = token["iss"], issuer.hasPrefix("https://"), (try? rule.accountHost(from: issuer)) != nil
        else {
            throw WebhookError(
                .foreign, "The token does not come from an account of \(registration.provider.displayName).")
        }
    }

    private func checkAudience(_ token: SignedToken) throws(WebhookError) {
        let audiences = token.claims["aud"]?.plainTexts ?? []
        guard let own = registration.redirectURI.flatMap(Self.origin) else {
            throw WebhookError(
                .noKey,
                "The app has no redirect URI, by which a token could be told to be for it; add the app with one.")
        }
        guard audiences.contains(where: { Self.origin($0) == own }) else {
            throw WebhookError(.foreign, "The token is for another address than the app's redirect URI.")
        }
    }

    /// Scheme and host; the vendor's own library leaves a port out as well (`parseDisposableToken` of amocrm-api-php).
    private static func origin(_ address: String) -> String? {
        (try? EndpointURL(address)).map { "\($0.scheme)://\($0.host)" }
    }
}
