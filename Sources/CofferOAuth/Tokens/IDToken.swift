// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// An ID token that came straight from the token endpoint, checked as OpenID Connect Core §3.1.3.7 wants it.
///
/// Its signature is not: item 6 lets TLS vouch for the issuer where the token came from its own endpoint, and every one here
/// did, over a connection whose certificate was verified and whose host the description names. Keys from `jwks_uri` come
/// over the same kind of connection from the same issuer, so that checking with them would prove nothing more, and would make
/// connecting an account depend on one more address. No other ID token is read anywhere.
struct IDToken: Sendable {
    /// How far the issuer's clock and ours may be apart: 180 s, as item 9 and RFC 7519 §4.1.4 have "a few minutes".
    private static let leeway = 180.0

    private let token: SignedToken

    /// Takes a token apart; `nil` if the text is no JWT.
    init?(_ text: Secret) {
        guard let token = SignedToken(text) else { return nil }
        self.token = token
    }

    /// A claim that is a text or a number.
    subscript(_ name: String) -> String? { token[name] }

    /// Why it is not to be believed, as a sentence; `nil` if nothing speaks against it.
    ///
    /// The nonce (item 11) is not looked at: only the attempt knows it.
    ///
    /// - Parameters:
    ///   - registration: whom it has to be for, and at which provider.
    ///   - now: when it came.
    /// - Returns: the sentence, without a secret.
    func fault(for registration: ClientRegistration, now: Date) -> String? {
        let name = registration.provider.displayName
        // Item 2; of a provider without one issuer (Microsoft under `common`) there is nothing to compare.
        if let issuer = registration.provider.issuer {
            guard let stated = token.claims["iss"]?.plainText, Self.isSame(stated, issuer) else {
                let said = token["iss"].map { " (\($0))" } ?? ""
                return "The ID token of \(name) names another issuer than its description\(said)."
            }
        }
        // Items 3 to 5.
        let audiences = token.claims["aud"]?.plainTexts ?? []
        guard audiences.contains(registration.clientID) else { return "The ID token of \(name) is for another client." }
        let party = token.claims["azp"]?.plainText
        guard party.map({ $0 == registration.clientID }) ?? (audiences.count == 1) else {
            return "The ID token of \(name) was issued to another client."
        }
        // Items 9 and 10.
        let moment = now.timeIntervalSince1970
        guard let end = token.moment("exp"), moment < end + Self.leeway else {
            return "The ID token of \(name) has expired, or does not say when it does; is this machine's clock right?"
        }
        guard let start = token.moment("iat"), start <= moment + Self.leeway else {
            return
                "The ID token of \(name) was issued in the future, or does not say when; is this machine's clock right?"
        }
        guard token["sub"] != nil else { return "The ID token of \(name) names no subject." }
        return nil
    }

    /// Compared exactly, but for one: Google's may lack the scheme (OpenID Connect Core §15.6.2).
    private static func isSame(_ stated: String, _ issuer: String) -> Bool {
        stated.utf8.elementsEqual(issuer.utf8)
            || (issuer == "https://accounts.google.com" && stated == "accounts.google.com")
    }
}
