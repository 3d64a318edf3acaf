// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Writes one JSON value (RFC 8259) into a buffer that is sent as it is, so that a secret is copied once and is never a `String`.
///
/// Names come from this program and need no escape. What is absent is left out, and a time is RFC 3339 in UTC with whole seconds,
/// rounded down, so that an expiry is never shown later than it is.
struct JSONWriter {
    private static let hexadecimal = Array("0123456789abcdef".utf8)
    private static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// What was written.
    private(set) var buffer: ByteBuffer
    private var needsComma = false

    /// Writes an object.
    init(byteCount: Int = 512, _ body: (inout JSONWriter) -> Void) {
        buffer = ByteBufferAllocator().buffer(capacity: byteCount)
        object(body)
    }

    /// A member that is text.
    mutating func member(_ name: StaticString, _ text: String?) {
        guard var text else { return }
        begin(name)
        text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }

    /// A member that is a number.
    mutating func member(_ name: StaticString, _ number: Int?) {
        guard let number else { return }
        begin(name)
        buffer.writeString(String(number))
    }

    /// A member that is true or false.
    mutating func member(_ name: StaticString, _ flag: Bool) {
        begin(name)
        buffer.writeString(flag ? "true" : "false")
    }

    /// A member that is a time.
    mutating func member(_ name: StaticString, _ date: Date?) {
        member(name, date.map { Date(timeIntervalSince1970: $0.timeIntervalSince1970.rounded(.down)).ISO8601Format() })
    }

    /// A member that is a secret which is text in UTF-8.
    mutating func member(_ name: StaticString, revealing secret: Secret) {
        begin(name)
        secret.withExposedBytes { string($0) }
    }

    /// A member that is a secret in base64 (RFC 4648 §4).
    mutating func member(_ name: StaticString, base64 secret: Secret) {
        begin(name)
        secret.withExposedBytes { bytes in
            buffer.reserveCapacity(minimumWritableBytes: (bytes.count + 2) / 3 * 4 + 2)
            buffer.writeInteger(UInt8(ascii: "\""))
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let group = bytes[start..<min(start + 3, bytes.count)]
                var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                bits <<= 8 * UInt32(3 - group.count)
                for place in 0..<4 {
                    let digit = Self.base64[Int(bits >> UInt32(18 - 6 * place) & 63)]
                    buffer.writeInteger(place <= group.count ? digit : UInt8(ascii: "="))
                }
            }
            buffer.writeInteger(UInt8(ascii: "\""))
        }
    }

    /// A member that is an object.
    mutating func member(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        begin(name)
        object(body)
    }

    /// A member that is an array of objects.
    mutating func member<Item>(_ name: StaticString, _ items: [Item], _ body: (inout JSONWriter, Item) -> Void) {
        begin(name)
        buffer.writeInteger(UInt8(ascii: "["))
        for (index, item) in items.enumerated() {
            if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
            object { body(&$0, item) }
        }
        buffer.writeInteger(UInt8(ascii: "]"))
        needsComma = true
    }

    /// A member that is an array of texts.
    mutating func member(_ name: StaticString, _ texts: [String]) {
        begin(name)
        buffer.writeInteger(UInt8(ascii: "["))
        for (index, text) in texts.enumerated() {
            if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
            var text = text
            text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
        }
        buffer.writeInteger(UInt8(ascii: "]"))
        needsComma = true
    }

    private mutating func object(_ body: (inout JSONWriter) -> Void) {
        buffer.writeInteger(UInt8(ascii: "{"))
        needsComma = false
        body(&self)
        buffer.writeInteger(UInt8(ascii: "}"))
        needsComma = true
    }

    private mutating func begin(_ name: StaticString) {
        if needsComma { buffer.writeInteger(UInt8(ascii: ",")) }
        needsComma = true
        buffer.writeInteger(UInt8(ascii: "\""))
        buffer.writeStaticString(name)
        buffer.writeStaticString("\":")
    }

    /// Writes a string; the bytes between two that need an escape (RFC 8259 §7, and DEL) are copied as they are.
    private mutating func string(_ bytes: UnsafeRawBufferPointer) {
        buffer.reserveCapacity(minimumWritableBytes: bytes.count + 2)
        buffer.writeInteger(UInt8(ascii: "\""))
        var begin = bytes.startIndex
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F else {
                continue
            }
            buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[begin..<index]))
            buffer.writeStaticString("\\u00")
            buffer.writeInteger(Self.hexadecimal[Int(byte >> 4)])
            buffer.writeInteger(Self.hexadecimal[Int(byte & 15)])
            begin = index + 1
        }
        buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[begin...]))
        buffer.writeInteger(UInt8(ascii: "\""))
    }
}
