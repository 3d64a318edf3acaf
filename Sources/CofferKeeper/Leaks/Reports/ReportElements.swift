// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The findings of a report as they stand in it: the members of one JSON array (RFC 8259 section 5), or one JSON text a line, of
/// which an object may go on over further lines.
///
/// GitHub's API gives a single alert as such an object, and `jq` writes several so.
///
/// Looked for is only where each begins and ends, so that no more than one of them is in memory as values at a time: a report
/// is large, and whoever wrote it may mean harm. That each is JSON is for whoever reads it.
struct ReportElements {
    /// One finding as it stands there.
    struct Element {
        /// Its bytes, lent for as long as those of the report.
        let bytes: UnsafeRawBufferPointer
        /// What it is called in an error: `finding 3`, `line 7`.
        let position: String
    }

    /// The longest finding, in bytes: 1 MiB, where those seen have a few thousand.
    static let longestElement = 1 << 20

    private static let lineFeed: UInt8 = 0x0A

    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    /// How many findings, or lines, were passed.
    private var count = 0

    /// Whether it is one array; otherwise there is a text on each line, or on several.
    let isArray: Bool

    /// Begins to read; a byte order mark is passed over (RFC 8259 section 8.1).
    init(_ report: UnsafeRawBufferPointer) {
        bytes = report
        if report.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        let first = report[index...].firstIndex { !Self.isSpace($0) }
        isArray = first.map { report[$0] == UInt8(ascii: "[") } ?? false
        if isArray, let first { index = first + 1 }
    }

    /// The next finding; nil after the last, and then not to be asked again.
    ///
    /// - Throws: ``KeeperError`` `invalid` for a report that breaks off, holds more than one array, or a finding that is too long.
    mutating func next() throws(KeeperError) -> Element? {
        try isArray ? nextMember() : nextLine()
    }

    // MARK: - An array

    private mutating func nextMember() throws(KeeperError) -> Element? {
        skipSpace()
        if index < bytes.count, bytes[index] == UInt8(ascii: "]") {
            index += 1
            return try end()
        }
        // A comma stands between two members.
        if count > 0 {
            guard index < bytes.count else { throw brokenOff() }
            guard bytes[index] == UInt8(ascii: ",") else {
                throw broken("finding \(count) is followed by something else")
            }
            index += 1
        }
        let start = index
        try passValue()
        count += 1
        return Element(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<index]), position: "finding \(count)")
    }

    /// Goes behind an object or array, or to the comma or bracket that ends anything else.
    private mutating func passValue() throws(KeeperError) {
        let start = index
        var depth = 0
        var isText = false
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\") where isText: index += 1
            case UInt8(ascii: "\""): isText.toggle()
            case _ where isText: break
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
                if depth == 0 {
                    index += 1
                    return
                }
            case UInt8(ascii: ","):
                if depth == 0 { return }
            default: break
            }
            index += 1
            guard index - start <= Self.longestElement else { throw tooLong("finding \(count + 1)") }
        }
        throw brokenOff()
    }

    private mutating func end() throws(KeeperError) -> Element? {
        skipSpace()
        guard index == bytes.count else { throw broken("something follows its array") }
        return nil
    }

    // MARK: - Lines

    private mutating func nextLine() throws(KeeperError) -> Element? {
        while index < bytes.count {
            let start = index
            let end = lineEnd(after: objectEnd(onLineAt: start) ?? start)
            let text = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            let position = "line \(count + 1)"
            index = min(end + 1, bytes.count)
            count += 1 + text.count { $0 == Self.lineFeed }
            guard !text.allSatisfy(Self.isSpace) else { continue }
            guard text.count <= Self.longestElement else { throw tooLong(position) }
            return Element(bytes: text, position: position)
        }
        return nil
    }

    private func lineEnd(after place: Int) -> Int {
        bytes[place...].firstIndex(of: Self.lineFeed) ?? bytes.count
    }

    /// Where the object ends that a line begins with, on that line or a later one; nil where there is none, or none that ends: then
    /// the line is looked at alone.
    private func objectEnd(onLineAt start: Int) -> Int? {
        guard let first = bytes[start...].firstIndex(where: { $0 == Self.lineFeed || !Self.isSpace($0) }),
            bytes[first] == UInt8(ascii: "{")
        else { return nil }
        var reading = self
        reading.index = first
        do { try reading.passValue() } catch { return nil }
        return reading.index
    }

    // MARK: - What is wrong

    private func tooLong(_ position: String) -> KeeperError {
        broken("\(position) has more than 1 MiB")
    }

    private func brokenOff() -> KeeperError { broken("it breaks off after finding \(count)") }

    private func broken(_ what: String) -> KeeperError { KeeperError(.invalid, "the report can't be read: \(what)") }

    private mutating func skipSpace() {
        while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
