// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgent
import CofferKeeper

/// What `coffer agent` says on standard error: that it serves, a line for each refresh, and what an operator should know.
///
/// It is told by the schedule and by event loops, so that what it writes to must not wait: ``Diagnostics/detach()``.
struct AgentNews: Sendable {
    private let context: CommandContext
    private let socket: String
    private let ticketSocket: String?

    /// Tells of one agent.
    init(_ context: CommandContext, socket: String, ticketSocket: String?) {
        self.context = context
        self.socket = socket
        self.ticketSocket = ticketSocket
    }

    /// Tells one thing; nobody reading it is no reason to end.
    func show(_ news: Agent.News) {
        switch news {
        case .ready(let refreshes):
            if let ticketSocket { context.diagnostics.note("answering tickets at \(ticketSocket)") }
            let limits = refreshes ? "" : "; this identity reads only, so another process must refresh"
            context.diagnostics.note("serving at \(socket)\(limits); stop it with Ctrl-C or SIGTERM")
        case .locked: context.diagnostics.note("locked; unlock it with: coffer agent unlock")
        case .unlocked: context.diagnostics.note("unlocked")
        case .reloading: context.diagnostics.note("reading the identity again")
        case .reloaded: context.diagnostics.note("going on with what was read")
        case .keptAsBefore(let error):
            context.diagnostics.warn("\(CommandError(error).message); going on as before")
        case .crowded(let connections, let limit):
            context.diagnostics.warn(
                "the system allows \(limit) open files, which is enough for \(connections) connections at once; ulimit -n raises it"
            )
        case .draining: context.diagnostics.note("ending; what was asked before is answered first")
        case .refused(let user):
            let name = user.map { "user \($0)" } ?? "a user that the system does not name"
            context.diagnostics.warn("a process of \(name) wanted to connect, and was refused")
        case .watch(let event): show(event)
        }
    }

    private func show(_ event: WatchEvent) {
        switch event {
        case .ended(let line):
            let now = context.now()
            context.diagnostics.note(WatchRow(RefreshRow(line), at: now).sentence(now: now, isColoured: false))
        case .clockSet(let seconds):
            context.diagnostics.note("the clock was set by \(Int(seconds.rounded())) s; looking again what is due")
        case .trouble(let error): context.diagnostics.warn("\(CommandError(error).message); looking again")
        case .load: break
        }
    }
}
