// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Bounds {
    /// For how long after the server was asked its answer is good: no value is served from memory that another machine's commit
    /// ended longer ago.
    ///
    /// Three times ``watchPause``: one question whose answer takes its time, and one that is lost with its connection, are no reason to
    /// read each value anew.
    static let news = Duration.seconds(3)
    /// How often the server is asked for changes of which nobody was told.
    static let watchPause = Duration.seconds(1)
    /// For its answer; long before, nothing is served from memory any more.
    static let watchAnswer = Duration.seconds(5)
    /// For how long a due entry is its agent's, in milliseconds: four looks of a watch, so that one that fails loses nothing, and what a
    /// dead agent had begun nothing of goes to others in time.
    static let claimMilliseconds: Int64 = 60_000
    /// How many due entries an agent takes at most in one look, and at least if there are as many: few are not divided.
    static let share = 64...50_000
    /// For a place under a rate limit, for which a thread waits.
    static let pace = Duration.seconds(2)
    /// How long is waited before a lost connection is made again, in milliseconds: doubling from the first to the second.
    static let reconnectMilliseconds = 200...5000
    /// How often somebody asks for a change before a connection is made to hear of them: more often than a command does that hands out one
    /// value and ends.
    static let asksBeforeWatch = 8
}
