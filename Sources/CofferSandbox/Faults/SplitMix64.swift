// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A small random generator that is the same everywhere (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014); of no use for secrets.
struct SplitMix64: RandomNumberGenerator, Sendable {
    /// What the next number is made from.
    var state: UInt64

    /// The next number.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
