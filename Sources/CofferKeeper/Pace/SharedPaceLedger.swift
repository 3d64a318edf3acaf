// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Synchronization

/// Places under rate limits that all processes on a vault share: `FILE-pace` beside the vault.
///
/// ```
/// cell 0       "too many requests" (429) that were counted
/// cells 1-7    zero
/// cell 8 + 6n  slot n: the bucket's name (a hash; 0 for a slot that was never used)
///          +1  when it is full again, in nanoseconds since the machine started
///          +2  its slowness: until when, in nanoseconds / 4, times 4, plus how often the pace is halved
///          +3  how far apart requests are by the strictest figures among those who use it, in nanoseconds
///          +4  how far ahead of that they may come, in nanoseconds
///          +5  when these figures are forgotten, in nanoseconds since the machine started
/// ```
///
/// Every change is one atomic exchange of one number, so there is no lock that somebody could die with: who is killed has
/// used up the places that it had taken, and nothing else. Times are those of a clock that the processes of a machine share
/// and that nobody sets; a machine that starts anew gives its buckets other names, where the system tells its starts apart.
///
/// What lies in the file may be lost or made up: the worst is a pace that is too fast or too slow for some time, and no
/// place is ever further away than its patience, or than the hour that a server may ask one account to wait. Where there is no such file, each process counts for itself.
final class SharedPaceLedger: PaceLedger {
    /// Why the places are not shared.
    struct Unshared: Error {}

    /// How often a slot is looked for that others take away.
    private static let attempts = 4

    private let cells: @Sendable () throws -> (any SharedCells)?
    private let elapsed: @Sendable () -> Duration
    private let own: MemoryPaceLedger
    private let sharing: PaceSharing
    private let start = Mutex<Duration?>(nil)

    /// A ledger.
    ///
    /// - Parameters:
    ///   - clock: What is waited on; it is started with the machine's time, and moves as it does.
    ///   - cells: What the processes share, as it lies there now; nil where they share nothing.
    ///   - say: Told why nothing is shared, or nil that it is: at first, and when it has changed.
    init(
        clock: any Clock<Duration>, cells: @escaping @Sendable () throws -> (any SharedCells)?,
        say: @escaping @Sendable (String?) -> Void
    ) {
        let elapsed = clock.stopwatch()
        self.cells = cells
        self.elapsed = elapsed
        sharing = PaceSharing(say)
        own = MemoryPaceLedger(elapsed: elapsed)
    }

    func take(_ bucket: PaceBucket, room: Duration, within longest: Duration) -> PaceTicket {
        guard let (table, now) = table() else { return own.take(bucket, room: room, within: longest) }
        for _ in 0..<Self.attempts {
            // Nobody was refused where no limit is stated, or all slots are in use.
            guard let slot = bucket.limit == nil ? table.find(bucket) : table.slot(for: bucket, at: now) else { break }
            let ticket = table.take(slot, RequestPace(bucket), room: room, within: longest, at: now)
            if table.holds(slot, bucket) { return ticket }
        }
        return own.take(bucket, room: room, within: longest)
    }

    func giveBack(_ ticket: PaceTicket, to bucket: PaceBucket) {
        if let stretch = ticket.stretch, let (table, _) = table(), let slot = table.find(bucket),
            table.giveBack(stretch, to: slot)
        {
            return
        }
        own.giveBack(ticket, to: bucket)
    }

    func slowDown(_ bucket: PaceBucket, pause: Duration?) -> Int {
        guard let (table, now) = table() else { return own.slowDown(bucket, pause: pause) }
        table.countRefusal()
        guard let slot = table.slot(for: bucket, at: now) else { return own.slowDown(bucket, pause: pause) }
        return table.slowDown(slot, RequestPace(bucket), pause: pause, at: now)
    }

    var refusals: Int { table()?.0.refusals ?? own.refusals }

    private func table() -> (PaceTable, now: Duration)? {
        do {
            guard let cells = try cells() else { throw Unshared() }
            let began = start.withLock { start in
                let began = start ?? Self.start(cells, elapsed)
                start = began
                return began
            }
            sharing.tell(nil)
            return (PaceTable(cells), began + elapsed())
        } catch {
            sharing.tell(error is Unshared ? "nothing can be written where the vault lies" : "\(error)")
            return nil
        }
    }

    /// When this process's stopwatch was started, by the machine's time; read again where the process stood still between the
    /// two, or it would be ahead of all others for ever.
    private static func start(_ cells: any SharedCells, _ elapsed: () -> Duration) -> Duration {
        var (before, machine) = (elapsed(), cells.machineTime())
        var after = elapsed()
        for _ in 0..<8 where after - before > .milliseconds(1) {
            (before, machine) = (after, cells.machineTime())
            after = elapsed()
        }
        return machine - after
    }
}
