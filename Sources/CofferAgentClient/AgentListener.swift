// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import Synchronization

/// Listens to an agent in the background, so that whoever remembers what it handed out hears what is over.
///
/// What happens while nobody listens is not told later: everything counts as over when listening begins, and when it ends. An agent that lets
/// nobody listen, or none yet, is asked again; what is remembered then is as old as it may be without events.
final class AgentListener: Sendable {
    private enum State {
        case silent
        case listening(Task<Void, Never>)
        case ended
    }

    /// How long it is until the agent is asked again after it ended the events, and how long at most where it let nobody listen.
    private static let pauses = (first: Duration.seconds(1), longest: Duration.seconds(60))

    private let client: AgentClient
    private let clock: any Clock<Duration>
    private let heard: @Sendable (AgentNews) async -> Void
    private let state = Mutex(State.silent)

    /// Makes a listener; nothing is connected to before ``begin()``.
    ///
    /// - Parameters:
    ///   - client: What is listened with.
    ///   - clock: What pauses are waited for with.
    ///   - heard: Hears what is over, one thing after another.
    init(_ client: AgentClient, _ clock: any Clock<Duration>, heard: @escaping @Sendable (AgentNews) async -> Void) {
        self.client = client
        self.clock = clock
        self.heard = heard
    }

    /// Begins to listen, once.
    func begin() {
        state.withLock { state in
            guard case .silent = state else { return }
            state = .listening(Task { await self.listen() })
        }
    }

    /// Ends it for good; when this returns nothing is connected any more.
    func end() async {
        let task = state.withLock { state -> Task<Void, Never>? in
            defer { state = .ended }
            guard case .listening(let task) = state else { return nil }
            return task
        }
        task?.cancel()
        await task?.value
    }

    private func listen() async {
        var pause = Self.pauses.first
        while !Task.isCancelled {
            pause = await hear() ? Self.pauses.first : min(pause * 2, Self.pauses.longest)
            do { try await clock.sleep(for: pause) } catch { return }
        }
    }

    /// Listens until it is over; false where the agent lets nobody.
    private func hear() async -> Bool {
        guard let events = try? await client.events() else { return false }
        await heard(.everything)
        var reader = EventReader()
        do {
            for try await bytes in events {
                for news in try reader.take(bytes.readableBytesView) { await heard(news) }
            }
        } catch {
            // However it ended, what follows is not heard.
        }
        await heard(.everything)
        return true
    }
}
