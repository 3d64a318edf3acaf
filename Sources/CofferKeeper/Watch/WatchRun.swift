// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// One watch: performs what the schedule says.
struct WatchRun {
    private enum Signal: Sendable {
        case ended(GrantID, Result<RefreshedGrant, any Error>)
        case time

        var isTime: Bool { if case .time = self { true } else { false } }
    }

    /// How often is looked, without a system call, whether somebody left a wish.
    private static let poll = Duration.milliseconds(250)

    /// How long a connection is left alone whose refresh said nothing of when to try again.
    private static let failureRest = Duration.seconds(30)

    /// How long one is left alone at most: 1 h, as long as a server's `Retry-After` is heeded; a clock may be set meanwhile.
    private static let longestRest = CoolDown.longestRetryAfter

    /// How many entries are opened for one look: few enough that whoever else asks for something is served in between.
    private static let openedAtOnce = 1024

    /// After how many times the time that a look took the next one begins, where it did not see everything: in between the processor is for
    /// others.
    private static let looksApart = 4

    private let keeper: Keeper
    private let elapsed: @Sendable () -> Duration
    private var schedule = RefreshSchedule()
    private var known = DueConnections()
    private var wished = WishedRefreshes()
    private var wishCount: UInt64 = 0
    private var nextDue: Date?
    private var paths: [GrantID: CredentialPath] = [:]
    /// The last failure of each connection that was told.
    private var told: [GrantID: String] = [:]

    /// A watch that has not begun.
    init(_ keeper: Keeper) {
        self.keeper = keeper
        elapsed = keeper.effects.clock.stopwatch()
    }

    private var now: RefreshSchedule.Moment {
        .init(date: keeper.effects.now, elapsed: elapsed)
    }

    /// Goes on until the task is cancelled.
    mutating func go(_ report: (WatchEvent) throws -> Void) async throws {
        let (signals, sender) = AsyncStream<Signal>.makeStream()
        var listener = signals.makeAsyncIterator()
        while !Task.isCancelled {
            let action = schedule.next(at: now)
            if let seconds = schedule.takeJump() { try report(.clockSet(seconds: seconds)) }
            switch action {
            case .scan:
                try await look(report)
                // However many looks it takes to see everything, what ends meanwhile makes room for the next.
                sender.yield(.time)
                while let signal = await listener.next(isolation: #isolation) {
                    try await take(signal, report)
                    if signal.isTime { break }
                }
            case .start(let orders):
                for order in orders {
                    paths[order.id] = known.path(of: order.id)
                    start(order, sender)
                }
                try tellLoad(report)
            case .wait(let duration):
                guard let signal = await next(&listener, sender, within: min(duration, Self.poll)) else { return }
                try await take(signal, report)
            }
        }
    }

    /// The next signal; nil once the task is cancelled.
    private func next(
        _ listener: inout AsyncStream<Signal>.Iterator, _ sender: AsyncStream<Signal>.Continuation,
        within duration: Duration
    ) async -> Signal? {
        let clock = keeper.effects.clock
        let timer = Task {
            if (try? await clock.sleep(for: duration)) != nil { sender.yield(.time) }
        }
        defer { timer.cancel() }
        return await listener.next(isolation: #isolation)
    }

    private func start(_ order: RefreshOrder, _ sender: AsyncStream<Signal>.Continuation) {
        let refresher = keeper.refresher
        // On its own: the watch may end before, and whoever waits for all flights to land waits for it.
        Task {
            let result: Result<RefreshedGrant, any Error>
            do { result = .success(try await refresher.refresh(order.id, order.demand)) } catch {
                result = .failure(error)
            }
            sender.yield(.ended(order.id, result))
        }
    }

    // MARK: - Looking

    /// Looks what is due and what is wished for.
    private mutating func look(_ report: (WatchEvent) throws -> Void) async throws {
        let began = now
        var troubles: [any Error] = []
        do {
            let count = keeper.vault.wishCount
            // Wishes are rare and the table is short; only a new one is worth a look at once.
            wished = await keeper.wishedRefreshes()
            wishCount = count
            // No more than can be opened: whoever asks for a token meanwhile waits for as long as the index is read.
            let survey = try await keeper.vault.surveyDue(by: began.date, atMost: known.count + Self.openedAtOnce)
            nextDue = survey.next
            let (isWhole, unreadable) = try await known.learn(
                survey, wished, keeper, atMost: Self.openedAtOnce, at: began.elapsed)
            troubles = unreadable
            let jitter = DueJitter(at: began.date, random: keeper.effects.random)
            let items = known.items(survey, wished) { jitter.rank($0) }
            let apart = (elapsed() - began.elapsed) * Self.looksApart
            schedule.found(items, nextDue: survey.next, isWhole: isWhole, restAfter: apart, at: began)
            await keeper.settle(.init(byEntry: [:], void: wished.void), [])
        } catch {
            // Full, busy or gone for a moment: the next look may go better.
            troubles = [error]
            schedule.lookFailed(at: now)
        }
        for trouble in troubles { try report(.trouble(trouble)) }
        try tellLoad(report)
    }

    private func tellLoad(_ report: (WatchEvent) throws -> Void) throws {
        keeper.effects.events.watched(waiting: schedule.waitingCount)
        try report(.load(running: schedule.runningCount, waiting: schedule.waitingCount, nextDue: nextDue))
    }

    // MARK: - What ended

    private mutating func take(_ signal: Signal, _ report: (WatchEvent) throws -> Void) async throws {
        switch signal {
        case .time:
            if keeper.vault.wishCount != wishCount { schedule.changed(at: now) }
        case .ended(let id, let result):
            let failure = result.failure
            var rest = Self.rest(after: failure)
            let laneRest = Self.laneRest(after: failure, isLimitedAlone: known.isLimitedAlone(id))
            guard let path = paths.removeValue(forKey: id) else {
                return schedule.ended(id, rest: rest, laneRest: laneRest, at: now)
            }
            var line = Keeper.line(path, result)
            if let entryID = EntryID(hexadecimal: id.description), let wishes = wished.byEntry[entryID] {
                line.wishCount = wishes.stored.count
                let isSettled = await keeper.settle(.init(byEntry: [entryID: wishes], void: []), [line])
                // A wish that stays would be answered again at once, and so for ever.
                if !isSettled { rest = max(rest ?? .zero, RefreshSchedule.scanInterval) }
            }
            schedule.ended(id, rest: rest, laneRest: laneRest, at: now)
            if isNews(line, of: id) { try report(.ended(line)) }
            // When the last has ended, the next look says when the next is due.
            if schedule.runningCount + schedule.waitingCount == 0 { schedule.changed(at: now) }
        }
    }

    private mutating func isNews(_ line: RefreshLine, of id: GrantID) -> Bool {
        guard let failure = line.failure else {
            told[id] = nil
            return line.outcome == .refreshed || line.wishCount > 0
        }
        // What ends with the watch is no news, nor what was not even tried once more.
        if failure is CancellationError { return false }
        if let error = failure as? OAuthError, error.code == .coolDown, told[id] != nil { return false }
        let text = "\(failure)"
        defer { told[id] = text }
        return told[id] != text
    }

    /// How long a connection is left alone.
    static func rest(after failure: (any Error)?) -> Duration? {
        guard let failure else { return nil }
        guard let error = failure as? OAuthError else { return failureRest }
        return min(max(error.retryAfter ?? failureRest, .seconds(1)), longestRest)
    }

    /// How long a provider is left alone whose places are taken already; not at all where each account has its own.
    static func laneRest(after failure: (any Error)?, isLimitedAlone: Bool) -> Duration? {
        guard !isLimitedAlone, let error = failure as? OAuthError, error.code == .rateLimited else { return nil }
        return min(error.retryAfter ?? .seconds(1), .seconds(60))
    }
}

extension Result {
    fileprivate var failure: (any Error)? { if case .failure(let error) = self { error } else { nil } }
}
