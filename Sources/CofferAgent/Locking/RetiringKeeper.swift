// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// A keeper that is let go of, and the work that was begun with it.
struct RetiringKeeper {
    private let keeper: Keeper
    private let work: [WorkLedger.Work]
    private let before: Task<Void, Never>?

    /// Begins to let go of a keeper, which nothing is begun with any more.
    ///
    /// - Parameters:
    ///   - keeper: The keeper.
    ///   - work: What was begun with it, or with those before it.
    ///   - before: The end of work with the keepers before this one.
    init(_ keeper: Keeper, work: [WorkLedger.Work] = [], before: Task<Void, Never>? = nil) {
        self.keeper = keeper
        self.work = work
        self.before = before
    }

    /// Ends all work; when this returns, no reference to the keeper is left there.
    func interrupt() async {
        for one in work { one.cancel() }
        // What was not sent is not any more; what was sent is waited for, as its answer is worth a connection.
        await keeper.windDown()
        await settle()
    }

    /// Ends what stands, and lets the rest end as it began.
    func finish() async {
        for one in work where one.purpose == .standing { one.cancel() }
        await settle()
    }

    private func settle() async {
        for one in work { await one.end() }
        await keeper.windDown()
        await keeper.close()
        await keeper.noticesSettled()
        await before?.value
    }
}
