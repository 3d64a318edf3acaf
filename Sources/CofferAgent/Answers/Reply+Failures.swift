// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import HTTPTypes
import Hummingbird

/// The one table from failures to statuses. Clients decide on the code; the status is for what stands in between.
extension Reply {
    private static let statuses: [CredentialError.Code: Int] = [
        .invalidPath: 400,
        .notPermitted: 403, CredentialError.Code(rawValue: "wrong_passphrase"): 403,
        .notFound: 404,
        // What is there can't be handed out as it is, and asking again changes nothing.
        .blocked: 409, .expired: 409, .misconfigured: 409, .needsIssuer: 409, .needsReauthorization: 409,
        .paymentRequired: 409, .rotating: 409,
        // RFC 4918 §11.3: the one status that says it.
        .locked: 423,
        .damaged: 500,
        // It may go away by itself.
        .busy: 503, .unavailable: 503,
        .timedOut: 504,
    ]

    /// The code of a failure, as it stands in its answer.
    static func code(of error: any Error) -> String {
        switch error {
        case let fault as RequestFault: fault.code
        case let error as CredentialError: error.code.rawValue
        case is CancellationError: CredentialError.Code.unavailable.rawValue
        default: "internal"
        }
    }

    /// What is answered to a failure.
    static func failure(_ error: any Error) -> Response {
        switch error {
        case let fault as RequestFault:
            var headers: [(HTTPField.Name, String)] = fault.allowed.map { [(.allow, $0)] } ?? []
            if fault.wantsTicket { headers.append((.wwwAuthenticate, "Bearer")) }
            return failure(fault.status, fault.code, fault.message, headers: headers)
        case let error as CredentialError:
            // Rounded up: whoever comes at that second must not be too early.
            let wait = error.retryAfter.map { Int($0.components.seconds) + ($0.components.attoseconds > 0 ? 1 : 0) }
            return failure(
                statuses[error.code] ?? 500, error.code.rawValue, error.message, path: error.path, wait: wait,
                headers: wait.map { [(.retryAfter, "\($0)")] } ?? [])
        case is CancellationError:
            return failure(503, code(of: error), "the agent is ending")
        default:
            // The text of an unknown error may hold anything, also a secret.
            return failure(500, code(of: error), "something went wrong that should not have (\(type(of: error)))")
        }
    }

    private static func failure(
        _ status: Int, _ code: String, _ message: String, path: CredentialPath? = nil, wait: Int? = nil,
        headers: [(HTTPField.Name, String)] = []
    ) -> Response {
        json(
            status: status, headers: headers,
            JSONWriter { object in
                object.member("error") { error in
                    error.member("code", code)
                    error.member("message", message)
                    error.member("path", path?.description)
                    error.member("retry_after_seconds", wait)
                }
            })
    }
}
