// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferHTTP
import Foundation
import NIOCore
import NIOHTTP1

/// What the proxy itself answers: that a request was refused, or that the API gave no answer to pass on.
struct ProxyAnswer {
    /// The field that tells the proxy's own answers from the API's; its value is the code.
    static let field = "Coffer-Error"

    private struct Content: Encodable {
        struct Failure: Encodable {
            let code: String
            let message: String
            let path: String?
            let retryAfterSeconds: Int?

            enum CodingKeys: String, CodingKey {
                case code, message, path
                case retryAfterSeconds = "retry_after_seconds"
            }
        }

        let error: Failure
    }

    let status: Int
    private let failure: Content.Failure

    /// A request that was refused, or that could not be passed on.
    init(_ error: any Error) {
        switch error {
        case let error as Refusal: self.init(error.status, error.code, error.message)
        case let error as APIError:
            let code = error.code.rawValue
            self.init(Self.statuses[code], code, error.message, error.path, error.retryAfter)
        case let error as CredentialError:
            let code = error.code.rawValue
            self.init(Self.statuses[code], code, error.message, error.path, error.retryAfter)
        default:
            // The text of an unknown error may hold anything, also a secret.
            self.init(nil, "internal", "something went wrong that should not have (\(type(of: error)))")
        }
    }

    private init(
        _ status: Int?, _ code: String, _ message: String, _ path: CredentialPath? = nil, _ wait: Duration? = nil
    ) {
        self.status = status ?? 502
        // Rounded up: whoever comes at that second must not be too early.
        let seconds = wait.map { Int($0.components.seconds) + ($0.components.attoseconds > 0 ? 1 : 0) }
        failure = Content.Failure(
            code: code, message: message, path: path?.description, retryAfterSeconds: seconds)
    }

    /// Those that say more than "there was no answer to pass on" (502).
    private static let statuses = [
        "unsuitable": 400,
        "payment_required": 402,
        // Asking again prolongs a block: no status that clients repeat by themselves.
        "blocked": 403,
        "rate_limited": 429,
        "busy": 503, "locked": 503, "rotating": 503, "unavailable": 503,
        "timed_out": 504,
    ]

    /// The header of the answer, and its body.
    var content: (headers: HTTPHeaders, body: ByteBuffer) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = (try? encoder.encode(Content(error: failure))) ?? Data()
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "Cache-Control": "no-store", Self.field: failure.code,
            "Content-Length": "\(body.count)",
        ]
        if let seconds = failure.retryAfterSeconds { headers.add(name: "Retry-After", value: "\(seconds)") }
        if status == 401 { headers.add(name: "WWW-Authenticate", value: "Bearer realm=\"coffer proxy\"") }
        return (headers, ByteBuffer(bytes: body))
    }
}
