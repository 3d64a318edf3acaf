// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Numbers that all processes on a store see, for what must hold between them and may be lost: no part of the vault.
///
/// Each operation is atomic and waits for nobody: a process that is killed or stopped between two of them holds nobody up.
package protocol SharedCells: Sendable {
    /// How many there are; 0 in the beginning.
    var count: Int { get }
    /// Reads a number.
    func load(_ index: Int) -> UInt64
    /// Puts a number in the place of another, if that one still stands.
    func exchange(_ index: Int, _ expected: UInt64, _ desired: UInt64) -> Bool
    /// Adds to a number, wrapping.
    func add(_ index: Int, _ amount: UInt64)
    /// Since when the machine runs, on a clock that is the same in all its processes and never set.
    func machineTime() -> Duration
    /// Tells this start of the machine from others; 0 where that can't be told.
    var machineStart: UInt64 { get }
}
