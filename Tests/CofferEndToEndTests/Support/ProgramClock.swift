// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The wall clock of a world's programs and of its sandbox, which a test sets forward; monotonic time stays the machine's.
final class ProgramClock: Sendable {
    /// What a program's environment needs.
    let environment: [String: String]
    private let file: String
    private let seconds = Mutex(Int64(0))

    /// A clock that is right; nil where a program's can't be set: without a C compiler, or on another system than Linux.
    init?(in home: Home) async throws {
        guard let library = await Preload.clock.value else { return nil }
        file = try home.write([UInt8](repeating: 0, count: 8), to: "clock")
        environment = ["COFFER_CHAOS_CLOCK": file, "LD_PRELOAD": library]
    }

    /// How many seconds a token lives whose end a test lets pass: far longer than a busy machine needs for all that has to
    /// happen within it, and less than a wish may lie in the future (five minutes); a minute where the clock can't be set,
    /// since then that long is waited.
    static var life: Int { get async { await Preload.clock.value == nil ? 60 : 240 } }

    /// How many seconds a token lives that falls due while a program watches: several times as long as a machine may stand
    /// still, and no longer than that ``due`` is less than half a minute.
    ///
    /// More than that at once is a clock that was set, after which a watch refreshes nothing for half a minute of real time.
    static let watchedLife = 36

    /// After how many of these seconds the token is due, whatever the jitter: in the last quarter of its life.
    static let due = 28

    /// The time that it shows.
    var now: Date { Date() + TimeInterval(seconds.withLock { $0 }) }

    /// Sets it forward, for programs that run as for those to come.
    func advance(by more: Int) throws {
        let ahead = seconds.withLock { seconds in
            seconds += Int64(more)
            return seconds
        }
        // In its place, since programs have it mapped.
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        defer { try? handle.close() }
        try handle.write(contentsOf: withUnsafeBytes(of: ahead) { Data($0) })
    }
}
