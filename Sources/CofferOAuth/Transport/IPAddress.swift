// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// An IPv4 or IPv6 address, and whether it is one of the public Internet.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes in network order.
    package let bytes: [UInt8]
    /// The usual text.
    package let description: String

    /// Reads the usual text; no octal, hexadecimal or shortened IPv4 (`inet_pton`, RFC 3493 §6.3).
    package init?(_ text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            self.init(bytes: Array(buffer[..<4]))
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            self.init(bytes: buffer)
        } else {
            return nil
        }
    }

    /// Takes 4 or 16 bytes in network order; `nil` for any other number.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else {
            return nil
        }
        self.bytes = bytes
        description = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether this is an IPv6 address.
    package var isIPv6: Bool { bytes.count == 16 }

    /// Whether this is the machine itself: 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        isIPv6 ? bytes == [UInt8](repeating: 0, count: 15) + [1] || embeddedIPv4?.first == 127 : bytes[0] == 127
    }

    /// Whether this address belongs to the public Internet, by the registries of RFC 6890.
    package var isPublic: Bool {
        if let embedded = embeddedIPv4 { return Self.isPublic(ipv4: embedded) }
        return isIPv6 ? Self.isPublic(ipv6: bytes) : Self.isPublic(ipv4: bytes)
    }

    /// The IPv4 address inside a mapped (RFC 4291 §2.5.5.2), NAT64 (RFC 6052) or 6to4 (RFC 3056) address.
    private var embeddedIPv4: [UInt8]? {
        guard isIPv6 else { return nil }
        if bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] { return Array(bytes[12...]) }
        if bytes.prefix(12) == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] { return Array(bytes[12...]) }
        if bytes.prefix(2) == [0x20, 0x02] { return Array(bytes[2..<6]) }
        return nil
    }

    private static func isPublic(ipv4 bytes: [UInt8]) -> Bool {
        let (a, b, c) = (bytes[0], bytes[1], bytes[2])
        switch a {
        case 0, 10, 127, 224...255: return false
        case 100: return !(64...127).contains(b)  // carriers' NAT, RFC 6598
        case 169: return b != 254  // link-local, and every cloud's metadata address
        case 172: return !(16...31).contains(b)
        case 192: return b != 168 && !(b == 0 && (c == 0 || c == 2))
        case 198: return b != 18 && b != 19 && !(b == 51 && c == 100)
        case 203: return !(b == 0 && c == 113)
        default: return true
        }
    }

    private static func isPublic(ipv6 bytes: [UInt8]) -> Bool {
        // Global unicast is 2000::/3 and nothing else (RFC 4291 §2.4); of it, Teredo and documentation are not.
        guard bytes[0] & 0xE0 == 0x20 else { return false }
        let isTeredo = bytes.prefix(4) == [0x20, 0x01, 0, 0]
        let isDocumentation = bytes.prefix(4) == [0x20, 0x01, 0x0D, 0xB8] || bytes.prefix(2) == [0x3F, 0xFF]
        return !isTeredo && !isDocumentation
    }
}
