// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Testing

@testable import CofferAgent

/// A connection that sends and reads when it is told; waiting on it holds none of the threads that tasks share.
final class SlowClient: Sendable {
    private let number: Int32
    private let queue = DispatchQueue(label: "coffer.tests.slow")

    /// Connects.
    init(connectingTo path: String) async throws {
        let number = UnixAddress.makeStream()
        self.number = number
        let isConnected = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            queue.async {
                let result = UnixAddress(path).map { address in address({ connect(number, $0, $1) }) }
                continuation.resume(returning: result == 0)
            }
        }
        try #require(isConnected)
    }

    deinit { close(number) }

    /// Sends a text.
    func send(_ text: String) async {
        let number = number
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            queue.async {
                let bytes = Array(text.utf8)
                #if canImport(Darwin)
                _ = Foundation.send(number, bytes, bytes.count, 0)
                #else
                _ = Foundation.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                #endif
                continuation.resume()
            }
        }
    }

    /// Reads so many bytes, fewer where that is the end; how many there were.
    func read(_ wanted: Int) async -> Int {
        let number = number
        return await withCheckedContinuation { continuation in
            queue.async {
                var buffer = [UInt8](repeating: 0, count: 65536)
                var count = 0
                while count < wanted {
                    let more = recv(number, &buffer, min(buffer.count, wanted - count), 0)
                    guard more > 0 else { break }
                    count += more
                }
                continuation.resume(returning: count)
            }
        }
    }
}
