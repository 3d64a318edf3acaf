// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// A variable of a child's environment.
struct ChildVariable: Sendable, Equatable {
    /// What it holds.
    enum Value: Sendable, Equatable {
        /// Text that is no secret, or that was in our environment anyway.
        case text(String)
        /// What is no UTF-8, as it was in our environment.
        case bytes(Secret)
        /// What the reference stands for; read before the child starts.
        case reference(EntryReference)
    }

    let name: String
    let value: Value

    /// What it holds, if that is no reference; bytes that are no UTF-8 as U+FFFD.
    var text: String? {
        switch value {
        case .text(let text): text
        case .bytes(let bytes): bytes.withExposedText { $0 }
        case .reference: nil
        }
    }

    /// The reference to ask for, if it holds one.
    var asked: ResolvedReferences.Asked? {
        guard case .reference(let reference) = value else { return nil }
        return ResolvedReferences.Asked(reference: reference, place: "variable \(name)")
    }

    /// Whether a text can name a variable that a shell can use: POSIX.1-2024, Base Definitions 3.216.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
