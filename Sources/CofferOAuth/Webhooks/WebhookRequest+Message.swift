// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

extension WebhookRequest {
    /// The longest message that is read: head and body, 2 MiB.
    package static let longestMessage = 2 << 20

    /// Reads a request as it stands on the wire (RFC 9112 §2.1): a request line, header fields, an empty line, the body.
    ///
    /// Lines may end without a carriage return, as they do when people save them (§2.2). The body is everything behind the
    /// empty line; where `Content-Length` says how long it is, it has to be as long.
    ///
    /// - Throws: ``WebhookError`` `malformed_webhook`, `webhook_too_large`.
    package init(message: Secret) throws(WebhookError) {
        guard message.byteCount <= Self.longestMessage else {
            throw WebhookError(.tooLarge, "The request is longer than 2 MiB, which no webhook is.")
        }
        guard let (head, body) = Self.halves(of: message) else {
            throw WebhookError(.malformed, "There is no empty line, behind which a request's body begins.")
        }
        guard let text = head.withExposedBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw WebhookError(.malformed, "The head holds bytes that are no text.")
        }
        let lines = text.split { $0 == "\n" || $0 == "\r\n" }.map(String.init)
        let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/"), words[1].hasPrefix("/") || words[1].contains("://") else {
            throw WebhookError(.malformed, "The first line is not one of a request, as POST /path HTTP/1.1.")
        }
        var headers: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false else {
                throw WebhookError(.malformed, "A line of the head is no header field.")
            }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append((String(line[..<colon]), String(value)))
        }
        func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        guard header("transfer-encoding") == nil, header("content-encoding").map({ $0 == "identity" }) ?? true else {
            throw WebhookError(.malformed, "The body is in chunks or packed; give it as it is behind that.")
        }
        if let stated = header("content-length") {
            guard Int(stated) == body.byteCount else {
                throw WebhookError(
                    .malformed,
                    "The body is \(body.byteCount) bytes long, and Content-Length says otherwise: something was added or lost."
                )
            }
        }
        try self.init(target: String(words[1]), headers: headers, body: body)
    }

    /// The head without its empty line, and what is behind that.
    private static func halves(of message: Secret) -> (head: Secret, body: Secret)? {
        message.withExposedBytes { bytes in
            var lineStart = 0
            for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
                let line = bytes[lineStart..<index]
                if line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) {
                    return (Secret(bytes: bytes[..<lineStart]), Secret(bytes: bytes[(index + 1)...]))
                }
                lineStart = index + 1
            }
            return nil
        }
    }
}
