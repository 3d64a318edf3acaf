// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

@testable import CofferCommands

/// Somebody who reads standard error, visits the address that stands there, and pastes where the browser ended.
final class PastingPerson: OutputDevice {
    /// What the program reads.
    let input: InputDescriptor

    /// The end that is pasted into; negative once that is done.
    private let writeEnd: Mutex<Int32>

    /// What was read so far.
    private let read = Mutex("")

    /// What follows from the `state` of the address.
    private let callback: @Sendable (_ state: String) -> String

    let isTerminal = false

    let columnCount: Int? = nil

    /// Makes somebody who pastes what a test says.
    init(_ callback: @escaping @Sendable (_ state: String) -> String) {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0)
        input = InputDescriptor(ends[0])
        writeEnd = Mutex(ends[1])
        self.callback = callback
    }

    deinit { close(input.number) }

    /// What standard error holds.
    var text: String { read.withLock { $0 } }

    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
        let text = read.withLock { read in
            read += String(decoding: bytes, as: UTF8.self)
            return read
        }
        guard let state = text.firstMatch(of: /[?&]state=([A-Za-z0-9_-]+)/)?.1 else { return }
        paste(callback(String(state)))
    }

    func finish() throws(CommandError) {}

    private func paste(_ text: String) {
        writeEnd.withLock { end in
            guard end >= 0 else { return }
            var bytes = Array(text.utf8)
            _ = Foundation.write(end, &bytes, bytes.count)
            close(end)
            end = -1
        }
    }
}
