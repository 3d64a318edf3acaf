// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension VaultError {
    /// Speaks of the file that a person named where the failure met an unfinished one of ours, which is gone when they read it.
    ///
    /// - Parameters:
    ///   - path: What the person named.
    ///   - temporary: The beginning of our file's path, unlike that of any other.
    /// - Returns: the same failure.
    package func naming(_ path: String, for temporary: String) -> VaultError {
        var rest = message[...]
        var text = ""
        while let found = rest.range(of: temporary) {
            text += rest[..<found.lowerBound] + path
            // What follows is the name of a part of it: a log, or an unfinished copy of the unfinished.
            rest = rest[found.upperBound...].drop { $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0)) }
        }
        return VaultError(code, text + rest, hint: hint)
    }
}

extension Substring {
    /// The first place of a text.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            formIndex(after: &start)
        }
        return nil
    }
}
