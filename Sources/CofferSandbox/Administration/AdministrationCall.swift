// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A request to an administration API whose credential was accepted.
struct AdministrationCall: Sendable {
    /// The method.
    let method: String
    /// The segments of the path below the vendor's address, decoded.
    let path: [String]
    /// The query.
    let query: Fields
    /// The body as sent.
    let bytes: Data
    /// The clients.
    let integrations: [Integration]
    /// The time.
    let now: Date

    /// The body as a JSON object.
    var body: [String: Any] { (try? JSONSerialization.jsonObject(with: bytes)) as? [String: Any] ?? [:] }

    /// The time as JSON has it.
    func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

extension Reply {
    /// A tree of dictionaries, lists, texts, numbers and truth values as JSON, names as they are.
    static func tree(_ value: Any, status: Int = 200) -> Reply {
        let body = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        return Reply(status: status, contentType: "application/json", body: body ?? Data())
    }

    /// 204, without a body.
    static var noContent: Reply { Reply(status: 204, contentType: "text/plain", body: Data()) }
}
