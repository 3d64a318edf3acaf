// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One trick that is about to be played.
struct Fault: Sendable {
    let kind: FaultKind
    /// A length of time: of a skew, a grace period, or between two bytes.
    let seconds: Double
    private let isProcessed: Bool
    private let retryAfterSeconds: Int?
    private let status: Int?

    init(_ rule: FaultRule) {
        kind = rule.fault
        isProcessed = rule.processed ?? rule.fault.isProcessedByDefault
        retryAfterSeconds = rule.retryAfterSeconds
        seconds = rule.seconds ?? rule.fault.defaultSeconds
        status = rule.status
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
        case .resetInAnswer: return .broken(truth ?? process())
        case .slowDrip: return .drip(truth ?? process(), interval: .seconds(seconds))
        case .duplicateKeys: return .answer(Self.withDuplicates(truth ?? process()))
        case .wrongContentType:
            var reply = truth ?? process()
            reply.contentType = "text/plain"
            return .answer(reply)
        case .gzip:
            var reply = truth ?? process()
            reply.body = Gzip.wrapped(reply.body)
            reply.headers.append(("Content-Encoding", "gzip"))
            return .answer(reply)
        case .forbidden: return .answer(.frontServerPage(403, "Forbidden"))
        case .htmlBody:
            return .answer(.html("<!doctype html><title>Maintenance</title><p>We will be back in a moment.</p>\n"))
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
            var reply = Reply.frontServerPage(status ?? 500, Self.titles[status ?? 500] ?? "Server Error")
            if let retryAfterSeconds { reply.headers.append(("Retry-After", String(retryAfterSeconds))) }
            return .answer(reply)
        case .clockSkew, .expiredOnArrival, .sameTokenAgain, .renamedAccount, .unresolvableHost, .certificateSwap,
            .secretChanged, .graceWindow, .oldTokenUntilNewIsUsed, .wrongSecretSpends:
            return .answer(truth ?? process())
        }
    }

    /// RFC 9110 §15.6.
    private static let titles = [
        500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Temporarily Unavailable",
        504: "Gateway Time-out",
    ]

    /// Puts a made-up token before each true one, under the same name.
    private static func withDuplicates(_ reply: Reply) -> Reply {
        let text = String(decoding: reply.body, as: UTF8.self)
        guard reply.status == 200, text.first == "{", text.contains("\"access_token\"") else { return reply }
        var changed = reply
        let decoys = "{\"access_token\":\"decoy-access\",\"refresh_token\":\"decoy-refresh\","
        changed.body = Data((decoys + text.dropFirst()).utf8)
        return changed
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
