// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Knows spellings by their first bytes: finds the short ones, and what the end of a text may yet become.
struct StartIndex: Sendable {
    /// All by their first byte, and those with at least four by those.
    private let byFirst: [[Int]]
    private let byFour: [UInt32: [Int]]
    private let begins: [Bool]
    private let longestStretch: Int

    /// - Parameters:
    ///   - book: all spellings.
    ///   - chosen: those known here, by their place in the book.
    init(_ book: SpellingBook, _ chosen: some Sequence<Int>) {
        var byFirst = [[Int]](repeating: [], count: 256)
        var byFour: [UInt32: [Int]] = [:]
        var begins = [Bool](repeating: false, count: 256)
        book.withBytes { bytes in
            for spelling in chosen {
                let place = book.places[spelling]
                let first = Int(bytes[place.start])
                begins[first] = true
                byFirst[first].append(spelling)
                guard place.count >= 4 else { continue }
                byFour[bytes.loadUnaligned(fromByteOffset: place.start, as: UInt32.self), default: []].append(spelling)
            }
        }
        self.byFirst = byFirst
        self.byFour = byFour
        self.begins = begins
        longestStretch = book.longestStretch
    }

    /// Adds where spellings stand whole in a text, looking at each place of it.
    func find(in text: UnsafeRawBufferPointer, _ book: SpellingBook, into found: inout [MaskedRange]) {
        guard begins.contains(true) else { return }
        book.withBytes { bytes in
            begins.withUnsafeBufferPointer { begins in
                for position in text.indices where begins[Int(text[position])] {
                    for spelling in byFirst[Int(text[position])] {
                        let place = book.places[spelling]
                        let whole = book.spelling(place, in: bytes)
                        let comparison = Comparison.forwards(whole, from: 0, wraps: place.wraps, text, at: position)
                        if case .whole(let end) = comparison {
                            found.append(MaskedRange(position..<end, sharesNext: place.sharesLastCharacter))
                        }
                    }
                }
            }
        }
    }

    /// The first index from which the rest of a text is the beginning of a spelling, and no whole one; its end if there is none.
    func firstBegun(in text: UnsafeRawBufferPointer, _ book: SpellingBook) -> Int {
        book.withBytes { bytes in
            for position in max(0, text.count - longestStretch)..<text.count where begins[Int(text[position])] {
                let known =
                    text.count - position < 4
                    ? byFirst[Int(text[position])]
                    : byFour[text.loadUnaligned(fromByteOffset: position, as: UInt32.self)] ?? []
                for spelling in known {
                    let place = book.places[spelling]
                    let whole = book.spelling(place, in: bytes)
                    if Comparison.forwards(whole, from: 0, wraps: place.wraps, text, at: position) == .begun {
                        return position
                    }
                }
            }
            return text.count
        }
    }
}
