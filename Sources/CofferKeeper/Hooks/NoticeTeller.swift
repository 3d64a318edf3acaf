// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Synchronization

/// Makes notices while a rotation runs, and hands them on.
final class NoticeTeller: Sendable {
    private let maker: Mutex<NoticeMaker>
    private let hand: @Sendable (RotationNotice) -> Void

    /// Takes what has happened before, and hands on what is to be told of it.
    ///
    /// What was told then is told again, under the same ids: nobody here knows who has heard. That a person is needed is not,
    /// where that is over.
    ///
    /// - Throws: `RotationError` `damaged` for a journal that is impossible.
    init(
        _ events: [JournalEvent], _ hand: @escaping @Sendable (RotationNotice) -> Void
    ) throws {
        var maker = NoticeMaker()
        var past: [RotationNotice] = []
        for event in events {
            if let notice = try maker.take(event) { past.append(notice) }
        }
        let last = maker.isPersonNeeded ? past.last { $0.kind == .needsPerson } : nil
        self.maker = Mutex(maker)
        self.hand = hand
        for notice in past where notice.kind != .needsPerson || notice == last { hand(notice) }
    }

    /// Takes the next event, and hands on what is to be told of it.
    func take(_ event: JournalEvent) {
        // The machine of the rotation has taken it already.
        guard let notice = try? maker.withLock({ try $0.take(event) }) else { return }
        hand(notice)
    }
}
