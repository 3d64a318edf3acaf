// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Finds spellings of at least eight bytes by looking at few places of a text.
///
/// A spelling of `n` bytes has `n - 7` windows of eight, and covers one of every `n - 7` places of a text. So it is enough to look at
/// each `step`-th place, `step` being what the shortest spelling allows, and to know the first `step` windows of each. Where a
/// line may be broken, one of the two halves must be long enough for that. A filter of bits, in which hardly any window of a
/// foreign text is set, is asked first.
struct WindowIndex: Sendable {
    /// A window's place: which spelling, and how many bytes into it.
    private struct Spot: Sendable {
        let spelling: Int
        let offset: Int
    }

    static let byteCount = 8
    /// Farther apart gains nothing, and needs more windows.
    private static let longestStep = 25

    private let step: Int
    private let filter: [UInt64]
    private let shift: UInt64
    private let spots: [UInt64: [Spot]]

    /// - Parameters:
    ///   - book: all spellings.
    ///   - chosen: those to find here, by their place in the book; each has at least eight bytes.
    init(_ book: SpellingBook, _ chosen: [Int]) {
        let step = chosen.map { Self.step(for: book.places[$0]) }.min() ?? 1
        var spots: [UInt64: [Spot]] = [:]
        book.withBytes { bytes in
            for spelling in chosen {
                let place = book.places[spelling]
                // The windows before a break may be too few; then those behind it are enough.
                let windows = place.wraps ? 2 * step + Self.byteCount : step
                for offset in 0..<min(windows, place.count - Self.byteCount + 1) {
                    let window = bytes.loadUnaligned(fromByteOffset: place.start + offset, as: UInt64.self)
                    spots[window, default: []].append(Spot(spelling: spelling, offset: offset))
                }
            }
        }
        // One bit in thirty-two is set, at most.
        var logarithm: UInt64 = 14
        while logarithm < 26, 1 << Int(logarithm) < spots.count * 32 { logarithm += 1 }
        var filter = [UInt64](repeating: 0, count: 1 << Int(logarithm - 6))
        let shift = 64 - logarithm
        for window in spots.keys {
            let bit = Self.hash(window) >> shift
            filter[Int(bit >> 6)] |= 1 << (bit & 63)
        }
        self.step = step
        self.filter = filter
        self.shift = shift
        self.spots = spots
    }

    /// Adds where spellings stand whole in a text.
    func find(in text: UnsafeRawBufferPointer, _ book: SpellingBook, into found: inout [MaskedRange]) {
        guard !spots.isEmpty else { return }
        var candidates: [Int] = []
        filter.withUnsafeBufferPointer { filter in
            var position = 0
            let last = text.count - Self.byteCount
            while position <= last {
                let bit = Self.hash(text.loadUnaligned(fromByteOffset: position, as: UInt64.self)) >> shift
                if filter[Int(bit >> 6)] >> (bit & 63) & 1 != 0 { candidates.append(position) }
                position += step
            }
        }
        guard !candidates.isEmpty else { return }
        book.withBytes { bytes in
            for position in candidates {
                let window = text.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                for spot in spots[window] ?? [] {
                    let place = book.places[spot.spelling]
                    let spelling = book.spelling(place, in: bytes)
                    guard
                        let start = Comparison.backwards(
                            spelling, from: spot.offset, wraps: place.wraps, text, at: position),
                        case .whole(let end) = Comparison.forwards(
                            spelling, from: spot.offset, wraps: place.wraps, text, at: position)
                    else { continue }
                    found.append(MaskedRange(start..<end, sharesNext: place.sharesLastCharacter))
                }
            }
        }
    }

    private static func step(for place: SpellingBook.Place) -> Int {
        let sure = place.wraps ? (place.count + 1) / 2 : place.count
        return min(max(sure - byteCount + 1, 1), longestStep)
    }

    /// Multiplicative: the upper bits depend on all bytes of the window.
    @inline(__always)
    private static func hash(_ window: UInt64) -> UInt64 { window &* 0x9E37_79B9_7F4A_7C15 }
}
