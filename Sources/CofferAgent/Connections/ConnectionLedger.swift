// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Who is connected and since when: decides who is let in, who makes room, and who has taken too long.
///
/// A pure value; times are by a clock that never goes back. A connection is idle from its beginning, or from when a request
/// was answered, until the next request has come in with all of its header: a client that sends a header byte by byte, or
/// never reads its answer, is idle. From there until the answer it is busy.
struct ConnectionLedger<ID: Hashable> {
    /// The bounds.
    struct Bounds {
        /// How many connections there are at most: 512, half of the descriptors that systems commonly allow a process; fewer where
        /// ``DescriptorRoom`` has no room for them.
        ///
        /// One counts until its request is done, also where the client has gone.
        var capacity = 512
        /// How long a connection may be idle: 60 s.
        var idle = Duration.seconds(60)
        /// How long a request may take, its body and its answer: 120 s, longer than ``AgentResponder/patience``.
        var request = Duration.seconds(120)
    }

    /// What becomes of somebody who connects.
    enum Admission: Equatable {
        /// He is let in.
        case admitted
        /// He is let in, and this one, idle for longest, is to be closed.
        case inPlaceOf(ID)
        /// Everybody is busy.
        case refused
    }

    private struct Entry {
        var since: Duration
        var isBusy = false
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

    /// Somebody connects.
    mutating func opened(_ id: ID, at now: Duration) -> Admission {
        guard entries.count >= bounds.capacity else {
            entries[id] = Entry(since: now)
            return .admitted
        }
        guard let oldest = entries.filter({ !$0.value.isBusy }).min(by: { $0.value.since < $1.value.since })?.key else {
            return .refused
        }
        entries[oldest] = nil
        entries[id] = Entry(since: now)
        return .inPlaceOf(oldest)
    }

    /// A request has come.
    mutating func began(_ id: ID, at now: Duration) {
        if entries[id] != nil { entries[id] = Entry(since: now, isBusy: true) }
    }

    /// A request is answered.
    mutating func ended(_ id: ID, at now: Duration) {
        guard let entry = entries[id] else { return }
        entries[id] = entry.isGone ? nil : Entry(since: now)
    }

    /// Somebody has gone.
    mutating func closed(_ id: ID) {
        if entries[id]?.isBusy == true { entries[id]?.isGone = true } else { entries[id] = nil }
    }

    /// Who is to be closed because he has taken too long.
    func overdue(at now: Duration) -> [ID] {
        entries.filter { !$0.value.isGone && now - $0.value.since >= ($0.value.isBusy ? bounds.request : bounds.idle) }
            .map(\.key)
    }
}
