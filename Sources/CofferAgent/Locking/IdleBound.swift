// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// For how long nothing may be handed out until the vault is locked: `--lock-after`.
///
/// A pure value; times are by a clock that never goes back and goes on while the machine sleeps.
struct IdleBound {
    /// The bound; nil for none.
    let limit: Duration?
    private var lastUse: Duration
    private var underWay = 0

    /// Begins as if something had been handed out just now.
    init(_ limit: Duration?, at now: Duration) {
        self.limit = limit
        lastUse = now
    }

    /// Somebody asks for something.
    mutating func began() { underWay += 1 }

    /// He has his answer, whatever it is.
    mutating func ended() { underWay = max(0, underWay - 1) }

    /// Something was handed out.
    mutating func handedOut(at now: Duration) { lastUse = now }

    /// Nothing counts of what was before, as after it was unlocked.
    mutating func begin(at now: Duration) {
        self = IdleBound(limit, at: now)
    }

    /// How long it is until the vault is to be locked, zero once that is due; nil without a bound.
    ///
    /// Requests under way hold it off for as long as one may take: whoever asks on and on for what is refused keeps nothing open.
    func rest(at now: Duration) -> Duration? {
        guard let limit else { return nil }
        let rest = lastUse + limit - now
        guard rest <= .zero, underWay > 0 else { return max(.zero, rest) }
        return max(.zero, min(limit, rest + AnswerDeadline.patience))
    }
}
