// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How much of a spelling stands at a place of a text.
enum Comparison: Equatable {
    /// All of it, up to this index of the text.
    case whole(end: Int)
    /// The text ends before it does.
    case begun
    case different

    /// Compares forwards from byte `from` of a spelling with the text from index `at`.
    static func forwards(
        _ spelling: UnsafeRawBufferPointer, from: Int, wraps: Bool, _ text: UnsafeRawBufferPointer, at: Int
    ) -> Comparison {
        var index = from
        var position = at
        while index < spelling.count {
            guard position < text.count else { return .begun }
            if text[position] == spelling[index] {
                index += 1
                position += 1
                continue
            }
            guard wraps, index >= Spelling.fewestBeforeBreak else { return .different }
            // LF, CR LF, or CR CR LF of a terminal; a spelling that wraps holds none.
            for _ in 0..<2 where position < text.count && text[position] == UInt8(ascii: "\r") { position += 1 }
            guard position < text.count else { return .begun }
            guard text[position] == UInt8(ascii: "\n") else { return .different }
            position += 1
        }
        return .whole(end: position)
    }

    /// Where a spelling begins whose byte `from` stands at index `at` of a text, if what is before it is the same.
    static func backwards(
        _ spelling: UnsafeRawBufferPointer, from: Int, wraps: Bool, _ text: UnsafeRawBufferPointer, at: Int
    ) -> Int? {
        var index = from
        var position = at
        while index > 0 {
            guard position > 0 else { return nil }
            if text[position - 1] == spelling[index - 1] {
                index -= 1
                position -= 1
                continue
            }
            guard wraps, index >= Spelling.fewestBeforeBreak, text[position - 1] == UInt8(ascii: "\n") else {
                return nil
            }
            position -= 1
            for _ in 0..<2 where position > 0 && text[position - 1] == UInt8(ascii: "\r") { position -= 1 }
        }
        return position
    }
}
