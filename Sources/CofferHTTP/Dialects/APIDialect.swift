// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How a vendor's API says what a client must heed: stated for each client, never guessed from an answer.
public struct APIDialect: Sendable {
    /// The member or field of the body that the token goes into; nil for the header `Authorization`.
    let bodyField: String?

    /// How much operating time a method may use before it is held back; nil where the vendor has no such thing.
    let operatingLimit: Duration?

    /// What an answer means; asked before a 3xx is looked at.
    let judge: @Sendable (APIAnswer) -> APIVerdict

    /// Whether the body of each answer is read, since something that must be heeded may stand in it.
    var readsEverything: Bool { operatingLimit != nil }

    /// What RFC 9110, RFC 6585 and RFC 6750 say, and nothing else.
    ///
    /// 401 refuses the token, 402 wants money, 429 is too fast, 503 is busy, 504 too much at once. 403 is an answer,
    /// except with `Retry-After`: then it is too fast, as GitHub says it
    /// (<https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>, secondary limits).
    public static let standard = APIDialect(bodyField: nil, operatingLimit: nil, judge: judgeByStatus)

    /// The judgement by status alone, which other dialects fall back to.
    static let judgeByStatus: @Sendable (APIAnswer) -> APIVerdict = { answer in
        switch answer.status {
        // RFC 9110 §15.5.2, RFC 6750 §3.1.
        case 401: .rejected
        // RFC 9110 §15.5.3: reserved, and used so by those who use it.
        case 402: .paymentRequired
        case 403 where answer.retryAfter != nil: .limited(retryAfter: answer.retryAfter)
        // RFC 6585 §4.
        case 429: .limited(retryAfter: answer.retryAfter)
        // RFC 9110 §15.6.4.
        case 503: .busy(retryAfter: answer.retryAfter)
        // RFC 9110 §15.6.5.
        case 504: .tooMuch
        default: .answer
        }
    }
}
