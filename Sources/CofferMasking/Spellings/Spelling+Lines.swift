// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Spelling {
    /// Shorter lines of a secret of several lines are found in other texts, too.
    private static let shortestLine = 8

    /// A secret in the ways its lines may end, without the end of its last line, and each line of it by itself.
    ///
    /// A terminal makes CR LF of LF (termios(3), `ONLCR`), also behind a CR, and programs print keys with each line set in.
    static func lines(of secret: [UInt8]) -> Set<[UInt8]> {
        var found: Set<[UInt8]> = [secret]
        let lines = secret.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
        }
        guard lines.count > 1 else { return found }
        var whole = lines[...]
        while whole.last?.isEmpty == true { whole.removeLast() }
        for end in ["\n", "\r\n", "\r\r\n"] {
            found.insert(Array(lines.joined(separator: end.utf8)))
            found.insert(Array(whole.joined(separator: end.utf8)))
        }
        // The frame of a key in PEM (RFC 7468) is no secret, and would be masked wherever another one is printed.
        for line in lines where line.count >= shortestLine && !isFrame(line) {
            found.insert(line)
        }
        found.remove([])
        return found
    }

    private static func isFrame(_ line: [UInt8]) -> Bool {
        line.starts(with: Array("-----BEGIN ".utf8)) || line.starts(with: Array("-----END ".utf8))
    }
}
