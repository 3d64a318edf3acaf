// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import NIOCore

/// Puts a token into a body that is there already, behind everything else: of two members with one name the last counts
/// with the servers that want it so, and the caller can't put another account's token in.
enum TokenInBody {
    /// Adds a member to a JSON object; nil if the text is none.
    static func json(_ body: ByteBuffer, _ field: String, _ token: Secret) -> ByteBuffer? {
        let bytes = body.readableBytesView
        guard let open = bytes.firstIndex(where: { !isSpace($0) }), bytes[open] == UInt8(ascii: "{"),
            let close = bytes.lastIndex(where: { !isSpace($0) }), bytes[close] == UInt8(ascii: "}"), open < close
        else { return nil }
        let isEmpty = bytes[bytes.index(after: open)..<close].allSatisfy(isSpace)
        var changed = ByteBuffer(bytes: bytes[open..<close])
        changed.writeString(isEmpty ? "\"\(field)\":\"" : ",\"\(field)\":\"")
        token.withExposedBytes { token in
            for byte in token { write(byte, to: &changed) }
        }
        changed.writeString("\"}")
        return changed
    }

    /// Adds a field to a form.
    static func form(_ body: ByteBuffer, _ field: String, _ token: Secret) -> ByteBuffer? {
        var changed = body
        changed.writeString((body.readableBytes == 0 ? "" : "&") + field + "=")
        token.withExposedBytes { token in
            for byte in token {
                if byte.isUnreserved {
                    changed.writeInteger(byte)
                } else {
                    changed.writeString("%" + hexadecimal(byte).uppercased())
                }
            }
        }
        return changed
    }

    /// Escapes what RFC 8259 §7 wants escaped.
    private static func write(_ byte: UInt8, to buffer: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            buffer.writeInteger(UInt8(ascii: "\\"))
            buffer.writeInteger(byte)
        case ..<0x20: buffer.writeString("\\u00" + hexadecimal(byte))
        default: buffer.writeInteger(byte)
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}
