// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Turns a token endpoint's answer into an outcome, by status, body and headers and never by a guess.
struct AnswerReader: Sendable {
    /// RFC 6749 appendix A.12 allows visible ASCII and the space; another character would break the
    /// header of whoever uses the token.
    private static let tokenCharacters: ClosedRange<UInt8> = 0x20...0x7E
    /// A hundred years: what is longer means "for ever", and dates stay printable.
    private static let longestLifetimeSeconds = 3_155_760_000.0
    /// Scopes are stored and shown; a provider that lists more than this is not believed.
    private static let scopeByteLimit = 16 << 10

    /// Whose answer it is.
    let registration: ClientRegistration
    /// What was asked for.
    let purpose: TokenPurpose
    /// What was sent, and must not come back in a sentence.
    let secrets: [Secret]
    /// From before the request was sent: expiry counts from here.
    let requestedAt: Date
    /// When the answer came, for `Retry-After`.
    let now: Date
    /// Where the request went, if its answer may have asked for another proof.
    var sentTo: EndpointURL?

    private var provider: ProviderDescription { registration.provider }

    /// Reads an answer.
    func outcome(of answer: HTTPAnswer) -> TokenOutcome {
        let reading = JSONReader.read(answer.body)
        let error = error(in: answer, reading)
        switch answer.status {
        case 200..<300: return success(reading, error)
        case 300..<400:
            let advice = "Redirects are not followed, as the request holds secrets."
            return .unprocessed(Setback(.redirected, error.sentence(advice)))
        default: return error.outcome(at: provider)
        }
    }

    /// Reads an answer as an error, whatever its status.
    func error(in answer: HTTPAnswer, _ reading: JSONReader.Reading) -> ErrorAnswer {
        ErrorAnswer(
            answer, value: reading.value, paths: provider.answer, purpose: purpose, providerName: provider.displayName,
            hiding: secrets, retryAfter: RetryAfter.read(answer.header("Retry-After"), now: now))
    }

    private func success(_ reading: JSONReader.Reading, _ error: ErrorAnswer) -> TokenOutcome {
        let name = provider.displayName
        guard let value = reading.value, case .object = value else {
            return .senseless("\(name) answered \(error.status) with something that is no token answer.")
        }
        let isError = error.namesCode
        if isError, refreshToken(in: value) == nil { return error.outcome(at: provider) }
        guard reading.isWhole || refreshToken(in: value) != nil else {
            return .senseless("\(name) answered \(error.status), and its answer breaks off.")
        }
        // With an error beside it, or cut short, only the refresh token is believed, since losing it is worse.
        let isTrusted = reading.isWhole && !isError
        let tokens = tokens(of: value, trustsAccessToken: isTrusted)
        guard tokens.accessToken != nil || tokens.refreshToken != nil else {
            let why = registration.proofKey == nil ? "" : " With --dpop, one that is not bound to the key is none."
            return .senseless("\(name) answered \(error.status) without any token that could be used.\(why)")
        }
        return .accepted(tokens)
    }

    private func refreshToken(in value: JSONValue) -> Secret? {
        value[path: provider.answer?.refreshToken ?? "refresh_token"]?.secret
    }

    private func tokens(of value: JSONValue, trustsAccessToken: Bool) -> IssuedTokens {
        let paths = provider.answer
        var tokens = IssuedTokens(refreshToken: refreshToken(in: value))
        tokens.proofKey = registration.proofKey?.pem
        if trustsAccessToken, isBound(value),
            let accessToken = value[path: paths?.accessToken ?? "access_token"]?.secret,
            isUsable(accessToken)
        {
            tokens.accessToken = accessToken
            // A new grant without a refresh token and without a lifetime is one that does not end (Slack without rotation,
            // GitHub without expiry): the description's lifetime is that of the others.
            let mayRenew = tokens.refreshToken != nil || purpose == .refresh || purpose.presentsNoGrant
            let stated = statedSeconds(value[path: paths?.expiresIn ?? "expires_in"], mayRenew: mayRenew)
            tokens.expiresAt = (mayRenew ? capped(stated) : stated).map(requestedAt.addingTimeInterval)
            tokens.tokenType = value["token_type"]?.plainText.flatMap(AccountText.clean)
            tokens.issuedTokenType = value["issued_token_type"]?.plainText.flatMap(AccountText.clean)
        }
        tokens.scope = value[path: paths?.scope ?? "scope"].flatMap(scope)
        let rule = HostRule(provider, trust: registration.trust)
        tokens.accountHost = provider.accountHostField.flatMap { value[path: $0]?.plainText }
            .flatMap { try? rule.accountHost(from: $0) }
        // One that the description does not allow is as good as none: the secret goes on to where it went.
        tokens.server = provider.serverField.flatMap { value[path: $0]?.plainText }
            .flatMap { try? rule.server(from: $0) }
        identify(&tokens, value)
        return tokens
    }

    private func identify(_ tokens: inout IssuedTokens, _ value: JSONValue) {
        tokens.hasIDToken = value["id_token"].map { $0 != .null } ?? false
        let identity = value["id_token"]?.secret.flatMap(IDToken.init)
        tokens.idTokenNonce = identity?["nonce"].map { Secret($0) }
        if tokens.hasIDToken {
            tokens.idTokenFault =
                identity.map { $0.fault(for: registration, now: now) } ?? "The ID token is no JWT."
        }
        let claims = tokens.accessToken.flatMap(JWTClaims.init)
        switch provider.accountLookup {
        case .idToken:
            // In a refresh it is compared with the account that is known (§12.2), which one that is not believed serves as well.
            guard tokens.idTokenFault == nil || purpose == .refresh else { break }
            tokens.accountID = identity?["sub"]
            tokens.accountLabel = identity?["email"] ?? identity?["preferred_username"] ?? identity?["name"]
        case .answerField(let name): tokens.accountID = value[path: name]?.plainText.flatMap(AccountText.clean)
        case .tokenClaim(let name): tokens.accountID = claims?[name]
        case .api, .none: break
        }
    }

    /// Where tokens are to be bound to a key, one that is not is refused: whoever stole it could use it (RFC 9449 §5).
    private func isBound(_ value: JSONValue) -> Bool {
        registration.proofKey == nil || value["token_type"]?.plainText?.lowercased() == "dpop"
    }

    private func isUsable(_ token: Secret) -> Bool {
        token.withExposedBytes { $0.allSatisfy(Self.tokenCharacters.contains) }
    }

    /// The lifetime as a number or a text; what is absent, null or no number says nothing, and the description's lifetime
    /// stands in where the token may be renewed.
    ///
    /// A number that is not positive, or a moment that is past, says that the token had expired when it came. Of one that
    /// can't be renewed 0 means "never", as some providers without refresh tokens write it (Mailchimp).
    private func statedSeconds(_ value: JSONValue?, mayRenew: Bool) -> Double? {
        let text = value?.plainText
        let number = text.flatMap { Double($0.split(separator: " ").joined()) }
        let stated: Double? =
            switch provider.answer?.expiryUnit ?? .seconds {
            case .seconds: number
            case .milliseconds: number.map { $0 / 1_000 }
            // A moment is the provider's clock against ours: the distance from when it answered.
            case .atSeconds: number.map { $0 - now.timeIntervalSince1970 }
            case .atMilliseconds: number.map { $0 / 1_000 - now.timeIntervalSince1970 }
            case .atText: text.flatMap { try? Date($0, strategy: .iso8601) }.map { $0.timeIntervalSince(now) }
            }
        // "nan" is a Double, and no number.
        if let stated, !stated.isNaN {
            if stated > 0 { return min(stated, Self.longestLifetimeSeconds) }
            return mayRenew ? 0 : nil
        }
        return mayRenew ? provider.lifetimes.accessToken.map { $0 / .seconds(1) } : nil
    }

    /// The lifetime, or the app's maximum where that is shorter or nothing else is known.
    ///
    /// Only of what is replaced by a request: for any other token a person would have to connect the account again. Nor where the
    /// provider forbids to refresh before a token has ended: a maximum would have it done on a timer.
    private func capped(_ seconds: Double?) -> Double? {
        guard provider.refreshPolicy == .ahead, let most = registration.maximumLifetime.map({ $0 / .seconds(1) })
        else { return seconds }
        return min(seconds ?? most, most)
    }

    /// Scopes separated by spaces, whatever the provider separates them by.
    private func scope(_ value: JSONValue) -> String? {
        let words = value.plainTexts.flatMap { text in
            text.split { $0 == " " || provider.scopeSeparator.contains($0) }.map(String.init)
        }
        let isPlain = words.allSatisfy { $0.utf8.allSatisfy(Self.tokenCharacters.contains) }
        let joined = words.joined(separator: " ")
        return isPlain && !joined.isEmpty && joined.utf8.count <= Self.scopeByteLimit ? joined : nil
    }
}
