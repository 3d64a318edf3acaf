// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Brings the target of a request into the one form that everybody reads alike.
enum TargetPath {
    /// The longest target: 8 KiB, as long as a client of the API takes.
    private static let longest = 8192

    /// The target with its dot segments gone (RFC 3986 §5.2.4, §6.2.2); the query stays as it is.
    ///
    /// `%2F` stays, as it means something else than `/`. What some servers take for a separator and others do not, a host in the
    /// place of a path (`//host`) and what no path can hold is refused.
    ///
    /// - Throws: ``Refusal``.
    static func normalised(_ target: String) throws(Refusal) -> String {
        guard target.utf8.count <= longest else { throw Refusal(414, "too_long", "the target has more than 8 KiB") }
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 && $0 != 0x5C }) else {
            throw refusal("characters that no target holds")
        }
        let end = target.firstIndex(of: "?") ?? target.endIndex
        let bytes = try decodingUnreserved(Array(target[..<end].utf8))
        guard !bytes.starts(with: [0x2F, 0x2F]) else { throw refusal("a host in the place of a path") }
        return String(decoding: withoutDots(bytes), as: UTF8.self) + target[end...]
    }

    /// Escapes of letters, digits and `-._~` are what they stand for (RFC 3986 §6.2.2.2), so that `%2e%2e` is seen.
    private static func decodingUnreserved(_ bytes: [UInt8]) throws(Refusal) -> [UInt8] {
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                decoded.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.count, let high = bytes[index + 1].hexDigitValue,
                let low = bytes[index + 2].hexDigitValue
            else {
                throw refusal("an escape that is none")
            }
            let byte = high << 4 | low
            // A backslash is a slash to some.
            guard byte >= 0x20, byte != 0x7F, byte != UInt8(ascii: "\\") else {
                throw refusal("an escape that no path holds")
            }
            if byte.isUnreserved { decoded.append(byte) } else { decoded += bytes[index..<index + 3] }
            index += 3
        }
        return decoded
    }

    private static func withoutDots(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [ArraySlice<UInt8>] = []
        let segments = bytes.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch String(decoding: segment, as: UTF8.self) {
            case ".": if isLast { kept.append([]) }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append([]) }
            default: kept.append(segment)
            }
        }
        // What is left may begin with nothing: `/a/..//b` names no host either.
        while kept.count > 1, kept.first?.isEmpty == true { kept.removeFirst() }
        return [UInt8(ascii: "/")] + kept.joined(separator: [UInt8(ascii: "/")])
    }

    private static func refusal(_ what: String) -> Refusal { Refusal(400, "bad_path", "the target has \(what)") }
}
