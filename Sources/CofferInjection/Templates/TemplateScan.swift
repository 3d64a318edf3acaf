// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One pass over a template.
struct TemplateScan {
    private static let scheme = Array("coffer://".utf8)
    private static let lineBreak = UInt8(ascii: "\n")

    private(set) var marks: [Template.Mark] = []
    private(set) var bareLine: Int?

    /// Finds the marks.
    static func run(_ bytes: UnsafeRawBufferPointer) -> Result<TemplateScan, TemplateFault> {
        var scan = TemplateScan()
        var (index, line) = (0, 1)
        while index < bytes.count {
            switch bytes[index] {
            case lineBreak: line += 1
            case UInt8(ascii: "{"):
                guard let start = referenceStart(in: bytes, at: index) else { break }
                guard let end = referenceEnd(in: bytes, from: start) else {
                    return .failure(TemplateFault(line: line, reason: "a reference is not closed with }} on its line"))
                }
                let text = bytes[start..<end.text]
                guard text.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                    return .failure(
                        TemplateFault(line: line, reason: "between {{ and }} stands something besides a reference"))
                }
                scan.marks.append(
                    Template.Mark(
                        reference: String(decoding: text, as: UTF8.self), line: line, range: index..<end.mark))
                index = end.mark
                continue
            case scheme[0]:
                if scan.bareLine == nil, bytes[index...].starts(with: scheme) { scan.bareLine = line }
            default: break
            }
            index += 1
        }
        return .success(scan)
    }

    /// Where the reference begins, if a mark begins here.
    private static func referenceStart(in bytes: UnsafeRawBufferPointer, at index: Int) -> Int? {
        guard bytes[index...].starts(with: [0x7B, 0x7B]) else { return nil }
        let start = bytes[(index + 2)...].firstIndex { !isBlank($0) } ?? bytes.count
        return bytes[start...].starts(with: scheme) ? start : nil
    }

    /// Where the reference ends, and where its mark does.
    private static func referenceEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> (text: Int, mark: Int)? {
        let line = bytes[start...].prefix { $0 != lineBreak }
        guard let close = line.indices.first(where: { line[$0...].starts(with: [0x7D, 0x7D]) }) else { return nil }
        let text = line[..<close]
        return ((text.lastIndex { !isBlank($0) } ?? start) + 1, close + 2)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
