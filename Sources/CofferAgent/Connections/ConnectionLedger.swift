// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Who is connected and since when: decides who is let in, who makes room, and who has taken too long.
///
/// A pure value; times are by a clock that never goes back. A connection is idle from its beginning, or from when a request
/// was answered, until the next request has come in with all of its header: a client that sends a header byte by byte, or
/// never reads its answer, is idle. From there until the answer it is busy; while a body, an answer or a stream of events is on its way, piece
/// by piece, it is moving: then it makes room for nobody, and may pause for as long as it may be idle.
///
/// Where anybody can connect, a connection is unproven until its client has shown who he is: it makes room for others, and only such make
/// room for it.
package struct ConnectionLedger<ID: Hashable> {
    /// The bounds.
    package struct Bounds {
        /// How many connections there are at most: 512, half of the descriptors that systems commonly allow a process; fewer where
        /// ``DescriptorRoom`` has no room for them.
        ///
        /// One counts until its request is done, also where the client has gone.
        package var capacity: Int
        /// How long a connection may be idle: 60 s.
        package var idle: Duration
        /// How long a request may take, its body and its answer: 120 s, longer than ``AnswerDeadline/patience``.
        package var request: Duration

        /// Those of the agent, unless others are given.
        package init(
            capacity: Int = 512, idle: Duration = .seconds(60), request: Duration = .seconds(120)
        ) {
            self.capacity = capacity
            self.idle = idle
            self.request = request
        }
    }

    /// What becomes of somebody who connects.
    enum Admission: Equatable {
        /// He is let in.
        case admitted
        /// He is let in, and this one, idle for longest, is to be closed.
        case inPlaceOf(ID)
        /// Everybody is busy, or has shown who he is where he himself has not.
        case refused
    }

    private enum Activity {
        case idle
        case busy
        case moving
    }

    private struct Entry {
        var since: Duration
        var activity = Activity.idle
        var isProven: Bool
        /// Whether he has gone while his request was worked on: that takes what it took, so it keeps its place.
        var isGone = false
    }

    private let bounds: Bounds
    private var entries: [ID: Entry] = [:]

    /// Nobody is connected.
    init(_ bounds: Bounds = Bounds()) {
        self.bounds = bounds
    }

    /// How many are connected, and how many have gone whose request is still worked on.
    var count: Int { entries.count }

    /// Somebody connects; `isProven` unless he has still to show who he is.
    mutating func opened(_ id: ID, isProven: Bool = true, at now: Duration) -> Admission {
        guard entries.count >= bounds.capacity else {
            entries[id] = Entry(since: now, isProven: isProven)
            return .admitted
        }
        let candidates = entries.filter { $0.value.activity == .idle && (isProven || !$0.value.isProven) }
        guard let oldest = candidates.min(by: { $0.value.since < $1.value.since })?.key else { return .refused }
        entries[oldest] = nil
        entries[id] = Entry(since: now, isProven: isProven)
        return .inPlaceOf(oldest)
    }

    /// Somebody has shown who he is.
    mutating func proved(_ id: ID) { entries[id]?.isProven = true }

    /// A request has come.
    mutating func began(_ id: ID, at now: Duration) {
        entries[id]?.since = now
        entries[id]?.activity = .busy
    }

    /// A piece of a body or of an answer has come or gone.
    mutating func flowed(_ id: ID, at now: Duration) {
        settle(id, .moving, at: now)
    }

    /// A request is answered.
    mutating func ended(_ id: ID, at now: Duration) {
        settle(id, .idle, at: now)
    }

    /// The work for who has gone is done by now.
    private mutating func settle(_ id: ID, _ activity: Activity, at now: Duration) {
        guard var entry = entries[id] else { return }
        (entry.since, entry.activity) = (now, activity)
        entries[id] = entry.isGone ? nil : entry
    }

    /// Somebody has gone.
    mutating func closed(_ id: ID) {
        if entries[id]?.activity == .busy { entries[id]?.isGone = true } else { entries[id] = nil }
    }

    /// Who is to be closed because he has taken too long.
    func overdue(at now: Duration) -> [ID] {
        entries.filter { _, entry in
            !entry.isGone && now - entry.since >= (entry.activity == .busy ? bounds.request : bounds.idle)
        }.map(\.key)
    }
}
