// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The editing of a line that is typed or pasted without being seen.
///
/// Writes into memory that is wiped, given by ``Secret/init(byteCount:filledBy:)``.
struct HiddenLine {
    /// What a byte did.
    enum Step: Equatable {
        /// More may come.
        case more
        /// The line is complete.
        case complete
        /// There is no line: the end of the input.
        case end
        /// The byte cannot be part of a secret: an arrow key, a tabulator.
        case control
        /// There is no room.
        case full
    }

    /// How many bytes the line has.
    private(set) var byteCount = 0

    /// Takes one byte.
    ///
    /// - Parameters:
    ///   - byte: what was typed.
    ///   - memory: where the line stands.
    /// - Returns: what it did.
    mutating func take(_ byte: UInt8, in memory: UnsafeMutableRawBufferPointer) -> Step {
        switch byte {
        case 0x0A, 0x0D:
            return .complete
        case 0x04:  // Ctrl-D
            return byteCount == 0 ? .end : .complete
        case 0x08, 0x7F:  // backspace, delete
            eraseCharacter(in: memory)
            return .more
        case 0x15:  // Ctrl-U
            byteCount = 0
            return .more
        case 0x00..<0x20:
            return .control
        default:
            guard byteCount < memory.count else { return .full }
            memory[byteCount] = byte
            byteCount += 1
            return .more
        }
    }

    /// Takes the last character back: a byte, and before it the bytes that continue it in UTF-8.
    private mutating func eraseCharacter(in memory: UnsafeMutableRawBufferPointer) {
        while byteCount > 0 {
            byteCount -= 1
            if memory[byteCount] & 0xC0 != 0x80 { return }
        }
    }
}
