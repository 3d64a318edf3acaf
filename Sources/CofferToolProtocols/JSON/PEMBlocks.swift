// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The blocks of a PEM text (RFC 7468 §2), in their order; what stands between them is left out.
struct PEMBlocks {
    private let blocks: [(label: String, text: Secret)]

    /// Finds them; nil for a text without any, and for one with a block that does not end.
    init?(_ text: Secret) {
        var found: [(String, Secret)] = []
        var open: (label: String, lines: [Slice<UnsafeRawBufferPointer>])?
        let isWhole = text.withExposedBytes { bytes in
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                // Without all of them, so that what is written is read as it was.
                let line = line[..<(line.lastIndex { $0 != 0x0D }.map { $0 + 1 } ?? line.startIndex)]
                if let label = Self.label(line, "-----BEGIN ") {
                    guard open == nil else { return false }
                    open = (label, [line])
                } else if let label = open?.label {
                    open?.lines.append(line)
                    guard let end = Self.label(line, "-----END ") else { continue }
                    guard end == label else { return false }
                    found.append((label, Self.text(open?.lines ?? [])))
                    open = nil
                }
            }
            return open == nil
        }
        guard isWhole, !found.isEmpty else { return nil }
        blocks = found
    }

    /// All blocks of a kind one behind the other; nil if there is none.
    func joined(where isWanted: (String) -> Bool) -> Secret? {
        let wanted = blocks.filter { isWanted($0.label) }.map(\.text)
        return wanted.isEmpty ? nil : Secret.joined(wanted)
    }

    /// The one block of a kind; nil if there is none, or more than one.
    func only(where isWanted: (String) -> Bool) -> Secret? {
        let wanted = blocks.filter { isWanted($0.label) }
        return wanted.count == 1 ? wanted.first?.text : nil
    }

    private static func label(_ line: Slice<UnsafeRawBufferPointer>, _ start: String) -> String? {
        let end = "-----"
        guard line.count > start.utf8.count + end.utf8.count, line.starts(with: start.utf8),
            line.suffix(end.utf8.count).elementsEqual(end.utf8)
        else { return nil }
        return String(decoding: line.dropFirst(start.utf8.count).dropLast(end.utf8.count), as: UTF8.self)
    }

    /// The lines, each with its end.
    private static func text(_ lines: [Slice<UnsafeRawBufferPointer>]) -> Secret {
        Secret(byteCount: lines.reduce(0) { $0 + $1.count + 1 }) { memory in
            var count = 0
            for line in lines {
                UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyBytes(from: line)
                memory[count + line.count] = 0x0A
                count += line.count + 1
            }
            return count
        }
    }
}
