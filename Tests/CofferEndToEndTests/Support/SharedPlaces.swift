// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What lies beside a vault of the places under rate limits, as its documentation says (docs/vault-format.md).
struct SharedPlaces {
    /// How far apart amoCRM's requests are, in seconds: seven in 1.04 s.
    static let step = 1.04 / 7

    /// Until when the places of the fullest bucket are given, in seconds since the machine started.
    let givenUntil: Double
    /// How often the pace of some bucket is halved.
    let halvings: Int

    init(_ world: World) throws {
        let file = try Data(contentsOf: URL(fileURLWithPath: world.program.home.vault + "-pace"))
        let cells = file.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
        // After eight numbers, six each: a name, when the bucket is full again, its slowness, and three more.
        givenUntil = Double(stride(from: 9, to: cells.count, by: 6).map { cells[$0] }.max() ?? 0) / 1e9
        halvings = Int(stride(from: 10, to: cells.count, by: 6).map { cells[$0] & 3 }.max() ?? 0)
    }
}
