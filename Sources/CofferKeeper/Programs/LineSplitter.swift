// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Makes lines of what a program writes on standard error: few and short ones, however much it writes.
struct LineSplitter {
    /// Longer lines are cut, in bytes.
    private static let longest = 500
    /// More lines than these are dropped.
    private static let most = 50

    private var line: [UInt8] = []
    private var count = 0

    /// Takes a piece.
    mutating func take(_ piece: some Sequence<UInt8>, _ body: (String) -> Void) {
        for byte in piece {
            if byte == UInt8(ascii: "\n") { finish(body) } else if line.count < Self.longest { line.append(byte) }
        }
    }

    /// Ends the line that was begun.
    mutating func finish(_ body: (String) -> Void) {
        defer { line = [] }
        guard !line.isEmpty, count < Self.most else { return }
        count += 1
        body(String(decoding: line, as: UTF8.self))
    }
}
