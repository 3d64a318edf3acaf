// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Checks what a provider sent to an address of ours against what its description says of its webhooks.
///
/// Pure: it sends nothing and keeps nothing. Whether a one-time token came before, whoever calls it knows.
package struct WebhookCheck: Sendable {
    /// Whether two runs of bytes are the same, told in constant time.
    package typealias Comparison = @Sendable (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool

    /// How far the sender's clock and ours may be apart: 60 s; RFC 7519 §4.1.4 allows "a few minutes".
    static let leeway = 60.0

    let registration: ClientRegistration
    let now: Date
    let areEqual: Comparison

    /// Takes the app, the time and a way to compare.
    ///
    /// - Parameters:
    ///   - registration: the app; its description says which webhooks there are.
    ///   - now: the time of day.
    ///   - areEqual: compares in constant time.
    package init(_ registration: ClientRegistration, now: Date, comparing areEqual: @escaping Comparison) {
        self.registration = registration
        self.now = now
        self.areEqual = areEqual
    }

    /// Which of the provider's webhooks a request is, by where its proof stands.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - name: the one that is waited for; nil for whichever it is.
    /// - Returns: how that one is proven.
    /// - Throws: ``WebhookError`` `no_proof`, `ambiguous_proof`, `malformed_webhook`.
    package func proof(of request: WebhookRequest, named name: String? = nil) throws(WebhookError) -> WebhookProof {
        let provider = registration.provider
        let known = provider.webhooks ?? []
        guard !known.isEmpty else {
            throw WebhookError(.noProof, "Nothing is known of how \(provider.displayName) proves its webhooks.")
        }
        var found: [WebhookProof] = []
        for proof in known where name == nil || proof.name == name {
            // The body may be no form, whatever a signature says of it.
            if try request.value(of: proof.field, in: proof.place) != nil { found.append(proof) }
        }
        guard let first = found.first else {
            let names = known.map(\.name).joined(separator: ", ")
            let wanted = name.map { known.contains { $0.name == name } ? $0 : names } ?? names
            throw WebhookError(
                .noProof,
                "Nothing in the request proves that \(provider.displayName) sent it; looked for: \(wanted).")
        }
        guard found.count == 1 else {
            throw WebhookError(
                .ambiguous,
                "The request could be any of \(found.map(\.name).joined(separator: ", ")); name the one that is meant.")
        }
        return first
    }

    /// The account that a request says it is about, which is not proven: to find the key by.
    ///
    /// - Throws: ``WebhookError`` `malformed_webhook`.
    package func claimedAccount(in request: WebhookRequest, _ proof: WebhookProof) throws(WebhookError) -> String? {
        guard proof.method.algorithm == nil, let field = proof.account else { return nil }
        // A signature in a header may be about a form, but nothing of that kind is known.
        let place = proof.place == .header ? WebhookProof.Place.query : proof.place
        return try request.value(of: field, in: place)?.withExposedText { AccountText.clean($0) }
    }

    /// Checks a request.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - proof: what it is checked by.
    ///   - key: what it is checked with.
    /// - Returns: what is proven of it.
    /// - Throws: ``WebhookError`` `wrong_proof`, `outdated_proof`, `foreign_webhook`, `malformed_webhook`, `no_proof`.
    package func check(
        _ request: WebhookRequest, by proof: WebhookProof, key: Secret
    ) async throws(WebhookError) -> CheckedWebhook {
        guard !key.isEmpty else { throw WebhookError(.noKey, "The key that it is checked with is empty.") }
        guard let presented = try request.value(of: proof.field, in: proof.place), !presented.isEmpty else {
            throw WebhookError(.noProof, "The request does not hold the proof of \(proof.name).")
        }
        var checked = CheckedWebhook(proof)
        switch proof.method {
        case .jwtHS256, .jwtHS512: try await checkToken(presented, proof, key, &checked)
        case .hmacSHA1, .hmacSHA256:
            checked.accountID = try claimedAccount(in: request, proof)
            let code = try signature(of: request, proof, account: checked.accountID, key)
            guard let given = Self.bytes(hexadecimal: presented), isSame(given, code) else { throw Self.wrong(proof) }
        case .sharedToken:
            guard presented.withExposedBytes({ left in key.withExposedBytes { areEqual(left, $0) } }) else {
                throw Self.wrong(proof)
            }
            checked.accountID = try claimedAccount(in: request, proof)
            checked.event = try request.value(of: "event", in: .form)?.withExposedText { AccountText.clean($0) }
        }
        return checked
    }

    private func signature(
        of request: WebhookRequest, _ proof: WebhookProof, account: String?, _ key: Secret
    ) throws(WebhookError) -> [UInt8] {
        switch proof.signs {
        case .body: return MessageCode.make(proof.method, of: request.body, key: key)
        case .clientAndAccount:
            guard let account else {
                throw WebhookError(.malformed, "The request does not name the account that it is about.")
            }
            // Ours, whatever the request calls the client: what another client's secret signed is not for us.
            return MessageCode.make(proof.method, of: Secret("\(registration.clientID)|\(account)"), key: key)
        case nil: throw WebhookError(.noProof, "The description does not say what the proof of \(proof.name) covers.")
        }
    }

    func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { areEqual(left, $0) } }
    }

    static func wrong(_ proof: WebhookProof) -> WebhookError {
        WebhookError(
            .wrong,
            "The proof of \(proof.name) is not one for this request: it was changed on its way, comes from somebody else, or the key is another."
        )
    }

    /// Hexadecimal in either case of letters.
    private static func bytes(hexadecimal text: Secret) -> [UInt8]? {
        text.withExposedText { text in
            let digits = text.compactMap(\.hexDigitValue)
            guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
            return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        }
    }
}
