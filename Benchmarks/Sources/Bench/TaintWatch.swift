// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Dispatch
import Foundation

/// What the other process of the row `taint` does: asks for a token as fast as it can, until it is refused.
enum TaintWatch {
    /// What it says when its next tokens come from memory.
    static let readyMark = "ready"

    /// How long it asks at most, in nanoseconds: whoever is to taint may have died.
    private static let patience: UInt64 = 60_000_000_000

    /// The moment, of a clock that the processes of a machine share.
    static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// For each round waits for a line, warms the memory, says so, and asks until the token is on hold; then prints the moment at
    /// which it asked in vain, and how many tokens it was handed until then.
    ///
    /// From that moment on nothing is let out. Its own event, that it was refused, is written behind it and counts for nothing here.
    static func run(_ keeper: Keeper, rounds: Int) async throws {
        for round in 0..<rounds {
            guard readLine() != nil else { throw BenchError.noValue }
            let path = try TaintRow.connection(round)
            // The first is read from the vault, with an event; what follows, from memory.
            _ = try await keeper.token(path)
            _ = try await keeper.token(path)
            say(readyMark)
            let limit = now + patience
            var (count, isHeld, asked) = (0, false, now)
            while !isHeld, asked < limit {
                asked = now
                do {
                    _ = try await keeper.token(path)
                    count += 1
                } catch let error as KeeperError where error.code == .rotating {
                    isHeld = true
                }
            }
            guard isHeld else { throw BenchError.wrongCount }
            say("\(asked) \(count)")
        }
    }

    private static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}
