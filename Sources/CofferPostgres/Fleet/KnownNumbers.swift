// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The numbers of the last states that were heard of, so that one that comes a second way is told from news.
struct KnownNumbers: Sendable {
    /// How many: what was forgotten is taken for news, which costs a look at the vault.
    private static let capacity = 64

    private var numbers: [Int64] = []

    /// Knows none.
    init() {}

    /// Takes a number in; whether it is news.
    mutating func insert(_ number: Int64) -> Bool {
        guard !numbers.contains(number) else { return false }
        if numbers.count == Self.capacity { numbers.removeFirst() }
        numbers.append(number)
        return true
    }

    /// Forgets a number.
    mutating func remove(_ number: Int64) { numbers.removeAll { $0 == number } }
}
