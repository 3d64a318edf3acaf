// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault
import Synchronization

/// The file `FILE-pace`, opened when it is first asked for, and again if its name leads elsewhere.
final class PaceFile: Sendable {
    /// What is mapped, with the machine's clock.
    private struct Cells: SharedCells {
        let mapped: MappedCells
        let machineStart: UInt64

        var count: Int { mapped.count }
        func load(_ index: Int) -> UInt64 { mapped.load(index) }
        func exchange(_ index: Int, _ expected: UInt64, _ desired: UInt64) -> Bool {
            mapped.exchange(index, expected, desired)
        }
        func add(_ index: Int, _ amount: UInt64) { mapped.add(index, amount) }
        func machineTime() -> Duration { .nanoseconds(Int64(coffer_machine_nanoseconds())) }
    }

    /// The size of the file, in bytes: room for 1,364 buckets.
    private static let byteCount = 65_536

    private let path: String
    private let cells = Mutex<Cells?>(nil)

    /// Opens nothing yet.
    init(path: String) {
        self.path = path
    }

    /// The cells that everybody sees now.
    ///
    /// - Throws: ``VaultError`` if there is a file that can't be used, or none can be made.
    func current() throws(VaultError) -> any SharedCells {
        try cells.withLock { (cells) throws(VaultError) in
            if let cells, cells.mapped.isInPlace() { return cells }
            let opened = Cells(
                mapped: try MappedCells(path, byteCount: Self.byteCount), machineStart: BootID.present.number)
            cells = opened
            return opened
        }
    }
}
