// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One trick that is about to be played.
struct Fault: Sendable {
    let kind: FaultKind
    private let isProcessed: Bool
    private let retryAfterSeconds: Int?

    init(_ rule: FaultRule) {
        kind = rule.fault
        isProcessed = rule.processed ?? rule.fault.isProcessedByDefault
        retryAfterSeconds = rule.retryAfterSeconds
    }

    /// Bends the answer; `process` gives the true one and takes effect, so it is called at most once.
    func bend(origin: Origin, process: () -> Reply) -> Delivery {
        let truth = isProcessed ? process() : nil
        switch kind {
        case .answerLost: return .cut(resetting: false)
        case .reset: return .cut(resetting: true)
        case .hang: return .hang
        case .endlessBody: return .endless
        case .truncatedBody: return .truncated(truth ?? process())
        case .htmlBody:
            return .answer(.html("<!doctype html><title>amoCRM</title><p>We will be back in a moment.</p>\n"))
        case .emptyBody:
            return .answer(Reply(status: 200, contentType: "application/json", body: Data()))
        case .missingAccessToken: return .answer(Self.withoutAccessToken(truth ?? process()))
        case .errorInSuccess:
            return .answer(.json(["error": "invalid_grant", "error_description": "The token is not valid."]))
        case .hugeBody:
            let padding = String(repeating: "x", count: 5 * 1024 * 1024)
            return .answer(.json(["token_type": "Bearer", "padding": padding]))
        case .redirect:
            return .answer(.redirect(to: "https://elsewhere.\(origin.base)/oauth2/access_token", status: 307))
        case .tooManyRequests: return .answer(.tooManyRequests(retryAfterSeconds: retryAfterSeconds))
        case .serverError:
            var reply = Reply.frontServerPage(500, "Internal Server Error")
            if let retryAfterSeconds { reply.headers.append(("Retry-After", String(retryAfterSeconds))) }
            return .answer(reply)
        }
    }

    /// Removes the member from a JSON object of strings and numbers; another answer stays as it is.
    private static func withoutAccessToken(_ reply: Reply) -> Reply {
        guard var object = try? JSONSerialization.jsonObject(with: reply.body) as? [String: Any],
            object.removeValue(forKey: "access_token") != nil,
            let body = try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
        else { return reply }
        var changed = reply
        changed.body = body
        return changed
    }
}
