// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension OAuthError {
    /// What is said of a grant that is on hold and gets no new tokens yet.
    package static var barred: OAuthError {
        .refresh(.held, "it gets no new ones before the old client_secret is known to be out of the way")
    }

    /// A refresh's error: one plain sentence for its code, and the reason behind it if there is one.
    ///
    /// - Parameters:
    ///   - code: what it is.
    ///   - reason: a safe half-sentence, as it is kept in `lastError`.
    ///   - retryAfter: how long it is of no use to ask again.
    /// - Returns: an error whose message is the sentence with its reason.
    static func refresh(_ code: Code, _ reason: String? = nil, retryAfter: Duration? = nil) -> OAuthError {
        let sentence =
            switch code {
            case .needsReauthorization: "A person must authorise this connection again"
            case .frozen: "The app is frozen while its client_secret is replaced"
            case .held: "The app is being rotated and its tokens are on hold"
            case .blocked: "The provider has blocked us; nothing is sent until a refresh is forced"
            case .paymentRequired: "The provider wants the account to be paid for"
            case .coolDown: "The last refresh failed a moment ago; it is not tried again yet"
            case .indeterminate: "It is not known whether the last refresh was processed"
            case .nonsense: "The provider's answer makes no sense"
            case .unreachable: "The provider could not be reached"
            case .superseded: "The connection kept changing while it was being refreshed"
            case .timedOut: "The refresh did not end in time"
            default: "The connection could not be refreshed"
            }
        guard var reason, !reason.isEmpty else { return OAuthError(code, "\(sentence).", retryAfter: retryAfter) }
        if reason.hasSuffix(".") { reason.removeLast() }
        return OAuthError(code, "\(sentence): \(reason).", retryAfter: retryAfter)
    }
}
