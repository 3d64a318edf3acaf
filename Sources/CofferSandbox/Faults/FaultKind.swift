// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The tricks an emulated server can play.
///
/// They are of two sorts. Some bend what becomes of an answer on its way, and one request meets one of them at most.
/// The others change what the server does, and any number of them go together and with one of the first sort.
public enum FaultKind: String, Sendable, Codable, CaseIterable {
    // What becomes of the answer.

    /// The request is processed, a token spent; then the connection closes without a byte.
    case answerLost = "answer_lost"
    /// The connection is reset (TCP RST) before anything is processed.
    case reset
    /// The request is processed; the connection is reset after the head and the first byte of the body.
    case resetInAnswer = "reset_in_answer"
    /// The true answer, one byte at a time, each as many seconds after the other as the rule says.
    case slowDrip = "slow_drip"
    /// No answer until the client gives up.
    case hang
    /// A page with status 200.
    case htmlBody = "html_body"
    /// Status 200 and no body.
    case emptyBody = "empty_body"
    /// Half of the true answer, then the connection closes short of `Content-Length`.
    case truncatedBody = "truncated_body"
    /// The true answer without its `access_token`.
    case missingAccessToken = "missing_access_token"
    /// The true answer, in which each token stands twice, a made-up one first (RFC 8259 §4: unpredictable).
    case duplicateKeys = "duplicate_keys"
    /// The true answer as `text/plain`.
    case wrongContentType = "wrong_content_type"
    /// The true answer with `Content-Encoding: gzip`, whatever the client accepts (RFC 9110 §12.5.3 allows it to a client
    /// that says nothing).
    case gzip
    /// Status 200 with an RFC 6749 error in it.
    case errorInSuccess = "error_in_success"
    /// A JSON answer of 5 MiB.
    case hugeBody = "huge_body"
    /// A chunked answer that goes on until the client gives up.
    case endlessBody = "endless_body"
    /// 307 to another host of the sandbox, where a client that follows would repeat the secrets.
    case redirect
    /// 429 although no limit was reached.
    case tooManyRequests = "too_many_requests"
    /// 403 and a page, as a filter in front of the server answers.
    case forbidden
    /// 500, or the 5xx of the rule, with a page of the front server.
    case serverError = "server_error"

    // What the server does.

    /// All that the answer says of time is off by an hour, or the seconds of the rule.
    case clockSkew = "clock_skew"
    /// An access token that lives no second.
    case expiredOnArrival = "expired_on_arrival"
    /// A refresh returns the tokens that are there already, with the time they have left.
    case sameTokenAgain = "same_token_again"
    /// The account gets another name, and host, before the request is processed.
    case renamedAccount = "renamed_account"
    /// Hosts of accounts and shards in the answer are names that no resolver knows.
    case unresolvableHost = "unresolvable_host"
    /// A handshake with a certificate of another authority.
    ///
    /// Such a rule counts handshakes, by the account whose host is named in SNI, and no requests.
    case certificateSwap = "certificate_swap"
    /// The client's secret is replaced before the request is processed.
    case secretChanged = "secret_changed"
    /// The refresh token that is spent returns the same answer for 60 s, or the seconds of the rule.
    case graceWindow = "grace_window"
    /// The old tokens stay good until one of the new ones is used.
    case oldTokenUntilNewIsUsed = "old_token_until_new_is_used"
    /// A refresh token that is presented with a wrong client secret is spent (observed of Glewlwyd).
    case wrongSecretSpends = "wrong_secret_spends"

    /// Whether it bends the answer rather than what the server does.
    package var bendsAnswer: Bool {
        switch self {
        case .clockSkew, .expiredOnArrival, .sameTokenAgain, .renamedAccount, .unresolvableHost, .certificateSwap,
            .secretChanged, .graceWindow, .oldTokenUntilNewIsUsed, .wrongSecretSpends:
            false
        default: true
        }
    }

    /// Whether the request takes effect first unless a rule says otherwise: only where the true answer is needed or its
    /// loss is the point.
    var isProcessedByDefault: Bool {
        switch self {
        case .answerLost, .resetInAnswer, .slowDrip, .truncatedBody, .missingAccessToken, .duplicateKeys,
            .wrongContentType, .gzip:
            true
        default: !bendsAnswer
        }
    }

    /// The seconds where a rule states none.
    var defaultSeconds: Double {
        switch self {
        case .clockSkew: 3_600
        case .graceWindow: 60
        case .slowDrip: 1
        default: 0
        }
    }
}
