// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import Foundation

extension FieldTable {
    /// The text under a tag.
    package func text(_ tag: UInt16) -> String? {
        self[tag].map { $0.withExposedText { $0 } }
    }

    /// Stores a text that is no secret of its own.
    package mutating func set(_ tag: UInt16, text: String?) {
        self[tag] = text.map { Secret($0) }
    }

    /// The integer under a tag; nil if there is none or it has another size.
    package func integer(_ tag: UInt16) -> Int64? {
        self[tag]?.withExposedBytes { bytes in
            bytes.count == 8 ? Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)) : nil
        }
    }

    /// Stores an integer in 8 bytes.
    package mutating func set(_ tag: UInt16, integer: Int64?) {
        self[tag] = integer.map { value in
            withUnsafeBytes(of: value.bigEndian) { Secret(bytes: $0) }
        }
    }

    /// The instant under a tag, to the millisecond.
    ///
    /// One beyond ten thousand years is read as that: `Date` holds none of them exactly, so each writing would move it on.
    package func date(_ tag: UInt16) -> Date? {
        integer(tag).map { Date(millisecondsSince1970: min(max($0, -Self.farthest), Self.farthest)) }
    }

    /// Ten thousand years in milliseconds.
    private static let farthest: Int64 = 10_000 * 31_556_952_000

    /// Stores an instant to the millisecond.
    package mutating func set(_ tag: UInt16, date: Date?) {
        set(tag, integer: date?.millisecondsSince1970)
    }

    /// The bytes under a tag, for values that are no secrets.
    package func bytes(_ tag: UInt16) -> [UInt8]? {
        self[tag].map { $0.withExposedBytes { Array($0) } }
    }

    /// Stores bytes that are no secret of their own.
    package mutating func set(_ tag: UInt16, bytes: [UInt8]?) {
        self[tag] = bytes.map { Secret(bytes: $0) }
    }
}

extension Date {
    /// Whole milliseconds since 1970 in UTC, bounded so that no clock makes a conversion trap.
    package var millisecondsSince1970: Int64 {
        let value = (timeIntervalSince1970 * 1000).rounded()
        return Int64(max(-8e18, min(8e18, value)))
    }

    /// The instant that many milliseconds after 1970.
    package init(millisecondsSince1970 value: Int64) {
        self.init(timeIntervalSince1970: Double(value) / 1000)
    }
}
