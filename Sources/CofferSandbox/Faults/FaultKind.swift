// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The tricks the emulated server can play instead of answering plainly.
package enum FaultKind: String, Sendable, Codable, CaseIterable {
    /// The request is processed, a token spent; then the connection closes without a byte.
    case answerLost = "answer_lost"
    /// The connection is reset (TCP RST) before anything is processed.
    case reset
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
    /// 500 with a page of the front server.
    case serverError = "server_error"

    /// Whether the request takes effect first unless a rule says otherwise: only where the true answer is needed or its
    /// loss is the point.
    var isProcessedByDefault: Bool {
        switch self {
        case .answerLost, .truncatedBody, .missingAccessToken: true
        case .reset, .hang, .htmlBody, .emptyBody, .errorInSuccess, .hugeBody, .endlessBody, .redirect,
            .tooManyRequests, .serverError:
            false
        }
    }
}
