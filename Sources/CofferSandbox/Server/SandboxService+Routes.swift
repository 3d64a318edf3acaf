// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension SandboxService {
    /// Answers a request with no limit and no fault in between: the pages of the sandbox's own, or the provider.
    func answer(_ request: ParsedRequest, _ terms: Terms) -> Reply {
        guard request.place != .foreign else {
            return .problem(404, title: "Not Found", detail: "This host is not part of the sandbox.")
        }
        let isOwn = request.place == .base && [.operator, .control].contains(request.endpoint)
        let isForm = isOwn || request.endpoint == .consent
        if isForm, request.method != "GET", !isOwnPage(request) {
            return .problem(403, title: "Forbidden", detail: "The form was sent from another site.")
        }
        switch (request.endpoint, request.place, request.method) {
        case (.operator, .base, "GET"): return showOperator(request)
        case (.operator, .base, "POST"): return press(request)
        case (.control, .base, "GET"): return showControl(request)
        case (.control, .base, "POST"), (.control, .base, "DELETE"): return changeControl(request)
        case (.operator, _, _), (.control, _, _): return Self.nothingHere
        case (.unknown, .base, "GET") where request.path == "/":
            // The bare address is what a person is given.
            return .redirect(to: "/operator")
        default: return provider.answer(request, terms, in: self)
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
