// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Reply {
    /// 429. Its body "may be non-JSON" and no `Retry-After` is documented
    /// (https://www.amocrm.ru/developers/content/api/recommendations): assumed as a page of the front server.
    static func tooManyRequests(retryAfterSeconds: Int? = nil) -> Reply {
        var reply = frontServerPage(429, "Too Many Requests")
        if let retryAfterSeconds { reply.headers.append(("Retry-After", String(retryAfterSeconds))) }
        return reply
    }

    /// 403 after repeated breaches, on every request; an nginx page, not JSON (amocrm-api-php issues 434 and 563).
    static func blocked() -> Reply { frontServerPage(403, "Forbidden") }

    /// A page as nginx writes it by itself.
    static func frontServerPage(_ status: Int, _ title: String) -> Reply {
        let line = "\(status) \(title)"
        return .html(
            """
            <html>\r
            <head><title>\(line)</title></head>\r
            <body>\r
            <center><h1>\(line)</h1></center>\r
            <hr><center>nginx</center>\r
            </body>\r
            </html>\r

            """, status: status)
    }
}
