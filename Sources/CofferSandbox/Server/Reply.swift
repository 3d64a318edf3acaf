// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird

/// An answer before it becomes bytes on a connection; faults bend it.
struct Reply: Sendable {
    var status: Int
    var contentType: String
    var headers: [(name: String, value: String)] = []
    var body: Data

    /// A value as JSON.
    static func json(
        _ value: some Encodable, status: Int = 200, contentType: String = "application/json"
    ) -> Reply {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let body = try? encoder.encode(value) else {
            preconditionFailure("an answer of the sandbox could not be encoded")
        }
        return Reply(status: status, contentType: contentType, body: body)
    }

    /// A page.
    static func html(_ text: String, status: Int = 200) -> Reply {
        Reply(status: status, contentType: "text/html; charset=utf-8", body: Data(text.utf8))
    }

    /// A redirect; `status` is 302 for a browser, 307 where the method and body would be repeated (RFC 9110 §15.4).
    static func redirect(to location: String, status: Int = 302) -> Reply {
        Reply(status: status, contentType: "text/plain", headers: [("Location", location)], body: Data())
    }

    /// A problem document (RFC 9457), the form of every amoCRM error
    /// (https://www.amocrm.ru/developers/content/crm_platform/error-codes).
    static func problem(_ status: Int, type: String, title: String, detail: String, hint: String? = nil) -> Reply {
        struct Problem: Encodable {
            let hint: String?
            let title: String
            let type: String
            let status: Int
            let detail: String
        }
        let problem = Problem(hint: hint, title: title, type: type, status: status, detail: detail)
        return json(problem, status: status, contentType: "application/problem+json")
    }

    /// A problem with no more to say than its status; `type` as observed in https://github.com/UsefulWeb/AmoCRM/issues/39.
    static func problem(_ status: Int, title: String, detail: String) -> Reply {
        problem(status, type: "https://httpstatus.es/\(status)", title: title, detail: detail)
    }

    /// The server library's answer.
    ///
    /// Nothing of a sandbox is to be cached, framed or guessed at by a browser.
    func response(body replacement: ResponseBody? = nil) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = contentType
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        fields[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return Response(
            status: HTTPResponse.Status(code: status), headers: fields,
            body: replacement ?? ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
