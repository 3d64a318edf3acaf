// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Reads one JSON text (RFC 8259) strictly, and keeps what was whole of one that breaks off.
package struct JSONReader {
    /// What was read.
    package struct Reading: Sendable {
        /// The value; an object of the whole members only if the text broke off, or `nil` if nothing is usable.
        package let value: JSONValue?
        /// Whether the text was whole and nothing followed.
        package let isWhole: Bool
    }

    private struct Broken: Error {}

    /// A token answer is flat; what nests deeper than this is not meant for us.
    private static let depthLimit = 32

    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    /// The members of the outermost object that were read whole.
    private var salvaged: [JSONValue.Member]?

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads a text, which whoever brought it has bounded.
    package static func read(_ text: Secret) -> Reading {
        text.withExposedBytes { bytes in
            var reader = JSONReader(bytes)
            do {
                // RFC 8259 §8.1: a byte order mark may be ignored.
                if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
                let value = try reader.readValue(depth: 0)
                reader.skipSpace()
                return Reading(value: value, isWhole: reader.index == bytes.count)
            } catch {
                return Reading(value: reader.salvaged.map(JSONValue.object), isWhole: false)
            }
        }
    }

    private mutating func readValue(depth: Int) throws(Broken) -> JSONValue {
        guard depth < Self.depthLimit else { throw Broken() }
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return try readObject(depth: depth)
        case UInt8(ascii: "["): return try readArray(depth: depth)
        case UInt8(ascii: "\""): return .text(try readText())
        case UInt8(ascii: "t"): return try expect("true", .bool(true))
        case UInt8(ascii: "f"): return try expect("false", .bool(false))
        case UInt8(ascii: "n"): return try expect("null", .null)
        default: return try readNumber()
        }
    }

    private mutating func readObject(depth: Int) throws(Broken) -> JSONValue {
        index += 1
        var members: [JSONValue.Member] = []
        if depth == 0 { salvaged = [] }
        skipSpace()
        if try peek() == UInt8(ascii: "}") {
            index += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw Broken() }
            let name = try readText().withExposedText { String($0) }
            skipSpace()
            guard try next() == UInt8(ascii: ":") else { throw Broken() }
            let value = try readValue(depth: depth + 1)
            // A number at the very end may have been longer.
            if depth == 0, index == bytes.count, case .number = value { throw Broken() }
            // In one place only: a second copy of the list would be made anew for each member.
            if depth == 0 {
                salvaged?.append(JSONValue.Member(name: name, value: value))
            } else {
                members.append(JSONValue.Member(name: name, value: value))
            }
            skipSpace()
            switch try next() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return .object(depth == 0 ? salvaged ?? [] : members)
            default: throw Broken()
            }
        }
    }

    private mutating func readArray(depth: Int) throws(Broken) -> JSONValue {
        index += 1
        var values: [JSONValue] = []
        skipSpace()
        if try peek() == UInt8(ascii: "]") {
            index += 1
            return .array(values)
        }
        while true {
            values.append(try readValue(depth: depth + 1))
            skipSpace()
            switch try next() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return .array(values)
            default: throw Broken()
            }
        }
    }

    private mutating func readText() throws(Broken) -> Secret {
        index += 1
        var text: [UInt8] = []
        defer { for position in text.indices { text[position] = 0 } }
        while true {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""): return Secret(bytes: text)
            case UInt8(ascii: "\\"): try readEscape(into: &text)
            case 0..<0x20: throw Broken()
            default: text.append(byte)
            }
        }
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(Broken) {
        switch try next() {
        case UInt8(ascii: "\""): text.append(0x22)
        case UInt8(ascii: "\\"): text.append(0x5C)
        case UInt8(ascii: "/"): text.append(0x2F)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try readHex()
            if (0xD800..<0xDC00).contains(unit) {
                guard try next() == UInt8(ascii: "\\"), try next() == UInt8(ascii: "u") else { throw Broken() }
                let low = try readHex()
                guard (0xDC00..<0xE000).contains(low) else { throw Broken() }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw Broken() }
            text += Array(String(Character(scalar)).utf8)
        default: throw Broken()
        }
    }

    private mutating func readHex() throws(Broken) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try next())).hexDigitValue else { throw Broken() }
            value = value << 4 + UInt32(digit)
        }
        return value
    }

    private mutating func readNumber() throws(Broken) -> JSONValue {
        let start = index
        while index < bytes.count, Self.isNumberCharacter(bytes[index]) { index += 1 }
        let digits = String(decoding: bytes[start..<index], as: UTF8.self)
        guard Double(digits) != nil else { throw Broken() }
        return .number(digits)
    }

    private static func isNumberCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private mutating func expect(_ word: String, _ value: JSONValue) throws(Broken) -> JSONValue {
        for byte in word.utf8 where try next() != byte { throw Broken() }
        return value
    }

    private mutating func skipSpace() {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    }

    private func peek() throws(Broken) -> UInt8 {
        guard index < bytes.count else { throw Broken() }
        return bytes[index]
    }

    private mutating func next() throws(Broken) -> UInt8 {
        let byte = try peek()
        index += 1
        return byte
    }
}
