// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The head of the one kind of answer that a question on the short way is content with: status 200, and content whose length is told.
///
/// Read more strictly than RFC 9112 asks for: it is what the agent writes. Of what is anything else nothing is used, and whoever
/// asked asks again with a whole client.
enum PlainHead: Equatable {
    /// More has to come before anything can be said.
    case unfinished
    /// There are so many bytes of content from that byte on; not all of them need have come.
    case content(start: Int, byteCount: Int)
    /// No answer of that kind.
    case other

    /// The longest, in bytes: 8 KiB, many times the agent's.
    static let longest = 8 << 10

    /// The longest content, in bytes: 8 MiB, as the whole client takes it.
    private static let longestContent = 8 << 20

    private static let status = Array("HTTP/1.1 200 ".utf8)
    private static let end = Array("\r\n\r\n".utf8)

    /// Reads what has come so far, from its beginning.
    init(reading bytes: UnsafeRawBufferPointer) {
        guard bytes.starts(with: Self.status.prefix(bytes.count)) else {
            self = .other
            return
        }
        let searched = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.longest))
        guard let end = searched.indices.dropLast(3).first(where: { searched[$0...].starts(with: Self.end) }) else {
            self = bytes.count < Self.longest ? .unfinished : .other
            return
        }
        let start = end + Self.end.count
        guard let byteCount = Self.contentLength(UnsafeRawBufferPointer(rebasing: searched[..<end])),
            byteCount <= Self.longestContent, bytes.count - start <= byteCount
        else {
            self = .other
            return
        }
        self = .content(start: start, byteCount: byteCount)
    }

    /// The length that the fields tell; nil where they tell none, tell two, or have the content encoded (RFC 9112 §6).
    private static func contentLength(_ head: UnsafeRawBufferPointer) -> Int? {
        let lines = head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var length: Int?
        for (index, line) in lines.enumerated() {
            let isLast = index == lines.count - 1
            guard isLast || line.last == UInt8(ascii: "\r") else { return nil }
            let text = isLast ? line : line.dropLast()
            guard text.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
            // The status has been seen.
            guard index > 0 else { continue }
            guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let name = String(decoding: text[..<colon], as: UTF8.self).lowercased()
            guard !name.isEmpty, !name.utf8.contains(0x20) else { return nil }
            switch name {
            case "content-length":
                guard length == nil, let count = number(text[text.index(after: colon)...]) else { return nil }
                length = count
            case "transfer-encoding", "content-encoding", "upgrade": return nil
            default: continue
            }
        }
        return length
    }

    /// Up to eight digits, with spaces before them perhaps.
    private static func number(_ value: Slice<UnsafeRawBufferPointer>) -> Int? {
        let digits = value.drop { $0 == 0x20 }
        guard (1...8).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
