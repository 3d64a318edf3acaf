// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension EmulatedAmoCRM {
    /// Answers a request as the vendor would, with no limit and no fault in between.
    func answer(_ request: ParsedRequest) -> Reply {
        guard request.place != .foreign else {
            return .problem(404, title: "Not Found", detail: "This host is not part of the sandbox.")
        }
        switch (request.endpoint, request.place, request.method) {
        case (.token, .account(let account), "POST"):
            return issueTokens(request.body, at: account)
        case (.account, .account(let account), "GET"):
            return showAccount(request, at: account)
        case (.subdomain, .shard, "GET"):
            return showSubdomain(request)
        case (.consent, .base, "GET"):
            return askConsent(request)
        case (.consent, .base, "POST"), (.operator, .base, "POST"), (.control, .base, "POST"),
            (.control, .base, "DELETE"):
            guard isOwnPage(request) else {
                return .problem(403, title: "Forbidden", detail: "The form was sent from another site.")
            }
            return change(request)
        case (.operator, .base, "GET"):
            return showOperator(request)
        case (.control, .base, "GET"):
            return showControl(request)
        case (.unknown, .base, "GET") where request.path == "/":
            // The bare address is what a person is given.
            return .redirect(to: "/operator")
        default:
            // An account that was renamed or is gone answers 404 (`getAccessTokenByRefreshToken` of amocrm-api-php);
            // its body is assumed.
            return .problem(404, title: "Not Found", detail: "Page not found.")
        }
    }

    private func change(_ request: ParsedRequest) -> Reply {
        switch request.endpoint {
        case .consent: decideConsent(request)
        case .operator: regenerate(request)
        default: changeControl(request)
        }
    }

    /// Browsers name the page a form was sent from (`Origin`, RFC 6454 §7); programs send nothing.
    ///
    /// Another site's page must not press buttons here.
    private func isOwnPage(_ request: ParsedRequest) -> Bool {
        guard let sender = request.header("origin") else { return true }
        return sender == "https://\(request.host)"
    }
}
