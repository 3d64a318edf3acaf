// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Synchronization

/// Tells hooks what there is to tell, beside everything else: a rotation never waits for it.
///
/// Each hook hears in order, one notice at a time. Whoever ends the process calls ``settle()`` first, which gives what is
/// under way a bounded time.
final class NoticeOutlet: Sendable {
    private struct State {
        var tasks: [Task<Void, Never>] = []
        var last: [String: Task<Void, Never>] = [:]
        var records: [RotationID: NoticeRecord] = [:]
    }

    /// How long the end of a command waits for hooks: as long as one webhook with all its tries.
    static let grace = Duration.seconds(30)

    /// How long nothing is said of that wait: most hooks have heard by then.
    private static let silence = Duration.seconds(2)

    private let clock: any Clock<Duration>
    private let log: KeeperLog
    private let state = Mutex(State())

    /// Makes an outlet.
    init(clock: any Clock<Duration>, log: KeeperLog) {
        self.clock = clock
        self.log = log
    }

    /// Has hooks told, and returns at once.
    ///
    /// - Parameters:
    ///   - notice: What they are told.
    ///   - hooks: Who.
    ///   - folder: Where it is kept who has heard what.
    func post(_ notice: RotationNotice, to hooks: [any RotationHook], recordingIn folder: String?) {
        state.withLock { state in
            let record =
                state.records[notice.rotation] ?? NoticeRecord(of: notice.rotation, in: folder, log: log)
            state.records[notice.rotation] = record
            for hook in hooks {
                let before = state.last[hook.key]
                let task = Task {
                    await before?.value
                    await self.tell(notice, hook, record)
                }
                state.last[hook.key] = task
                state.tasks.append(task)
            }
        }
    }

    /// Waits until everybody has heard, or the time for it is over; at once if the caller is cancelled.
    func settle() async {
        let tasks = state.withLock { state in
            defer { state = State() }
            return state.tasks
        }
        guard !tasks.isEmpty else { return }
        let (clock, log) = (clock, log)
        let limit = Task {
            guard (try? await clock.sleep(for: Self.silence)) != nil else { return }
            log.notice("waiting up to \(Self.grace.components.seconds) s for those who are told of the rotation")
            guard (try? await clock.sleep(for: Self.grace - Self.silence)) != nil else { return }
            for task in tasks { task.cancel() }
        }
        await withTaskCancellationHandler {
            for task in tasks { await task.value }
        } onCancel: {
            for task in tasks { task.cancel() }
        }
        limit.cancel()
    }

    private func tell(_ notice: RotationNotice, _ hook: any RotationHook, _ record: NoticeRecord) async {
        guard !record.holds(notice.id, hook.key) else { return }
        var reason = ""
        for pause in [Duration.zero] + hook.pauses {
            if pause > .zero { try? await clock.sleep(for: pause) }
            guard !Task.isCancelled else { break }
            switch await hook.tell(notice) {
            case .heard:
                record.add(notice.id, hook.key)
                return log.info("\(hook.name) has heard that \(notice.phrase)")
            case .failed(let why): reason = why
            case .refused(let why): return miss(notice, hook, why)
            }
        }
        miss(notice, hook, Task.isCancelled ? "it did not answer in time" : reason)
    }

    private func miss(_ notice: RotationNotice, _ hook: any RotationHook, _ reason: String) {
        let clause = reason.split(whereSeparator: \.isNewline).joined(separator: " ")
        log.warning(
            """
            \(hook.name) has not heard that \(notice.phrase): \(clause); it is told again by: \
            coffer rotate resume \(notice.rotation)
            """)
    }
}
