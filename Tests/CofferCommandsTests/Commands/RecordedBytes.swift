// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

@testable import CofferCommands

/// A device that keeps the exact bytes, and may fail.
final class RecordedBytes: OutputDevice {
    /// What was written.
    private let written = Mutex<[UInt8]>([])

    /// What each write fails with.
    private let failure: CommandError?

    let isTerminal: Bool

    let columnCount: Int? = nil

    /// Makes a device.
    init(isTerminal: Bool = false, failingWith failure: CommandError? = nil) {
        self.isTerminal = isTerminal
        self.failure = failure
    }

    /// What was written.
    var bytes: [UInt8] { written.withLock { $0 } }

    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
        if let failure { throw failure }
        written.withLock { $0 += Array(bytes) }
    }

    func finish() throws(CommandError) {}
}
