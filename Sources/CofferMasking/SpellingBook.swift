// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// All spellings of some secrets, their bytes side by side in memory that is wiped.
struct SpellingBook: Sendable {
    /// Where one of them lies, and how it may stand in a text.
    struct Place: Sendable {
        let start: Int
        let count: Int
        let wraps: Bool
        let sharesLastCharacter: Bool
    }

    let places: [Place]
    private let bytes: Secret

    init(_ spellings: Set<Spelling>) {
        // In one order in each process, though a set has none.
        let sorted = spellings.sorted { left, right in
            (left.bytes.count, left.wraps ? 1 : 0) < (right.bytes.count, right.wraps ? 1 : 0)
        }
        var places: [Place] = []
        var start = 0
        for spelling in sorted {
            places.append(
                Place(
                    start: start, count: spelling.bytes.count, wraps: spelling.wraps,
                    sharesLastCharacter: spelling.sharesLastCharacter))
            start += spelling.bytes.count
        }
        self.places = places
        bytes = Secret(bytes: sorted.lazy.flatMap(\.bytes))
    }

    /// The longest stretch of a text that is one spelling with its lines broken, in bytes.
    var longestStretch: Int { places.map { $0.wraps ? 4 * $0.count : $0.count }.max() ?? 0 }

    /// The bytes of one among those of all.
    func spelling(_ place: Place, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[place.start..<place.start + place.count])
    }

    /// Lends the bytes of all.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { bytes.withExposedBytes(body) }
}
