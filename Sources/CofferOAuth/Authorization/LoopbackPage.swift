// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// What the loopback listener answers: whole pages that never change with what was asked.
enum LoopbackPage: CaseIterable {
    /// The code has come.
    case done
    /// The provider said no, or what came is of no use.
    case failed
    /// A callback of another attempt.
    case stray
    /// Anything else.
    case notFound

    /// The status line's code.
    var status: HTTPResponseStatus {
        switch self {
        case .done: .ok
        case .failed, .stray: .badRequest
        case .notFound: .notFound
        }
    }

    /// A document without script, style, image or link.
    var html: String {
        let (title, text) =
            switch self {
            case .done: ("Coffer has the answer", "You can close this window and go back to the terminal.")
            case .failed: ("That did not work", "The terminal says why. You can close this window.")
            case .stray: ("That is not the answer awaited", "Go back to the terminal and open its address again.")
            case .notFound: ("Nothing here", "")
            }
        return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>\(title)</title>"
            + "<h1>\(title)</h1><p>\(text)</p></html>\n"
    }

    /// The header fields: nothing is loaded, framed, stored or told to the next page.
    var headers: HTTPHeaders {
        [
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": "\(html.utf8.count)",
            "Cache-Control": "no-store",
            "Content-Security-Policy":
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
        ]
    }
}
