// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// Looks at the vault for those who listen, whoever has changed it: this agent, a command, another machine's rotation.
actor ConnectionWatch {
    private let vault: AgentVault
    private let hub: EventHub
    private var changes = ConnectionChanges()
    private var rotations = RotationChanges()
    private var mark: ClientChanges.Mark?
    private var wasLocked: Bool
    private var looking: Task<Void, Never>?

    /// A watch that has not looked yet.
    init(_ vault: AgentVault, _ hub: EventHub) {
        self.vault = vault
        self.hub = hub
        wasLocked = vault.isLocked
    }

    /// Has something to compare with, for somebody who listens from now on.
    func prepare() async {
        if changes.isEmpty { await look() }
    }

    /// Looks, and tells what has changed; one look at a time.
    func look() async {
        if let looking { return await looking.value }
        let task = Task { await self.lookOnce() }
        looking = task
        await task.value
        looking = nil
    }

    /// Forgets what it has seen, if nobody listens any more.
    func rest() {
        guard !hub.hasListeners else { return }
        (changes, mark, wasLocked) = (ConnectionChanges(), nil, vault.isLocked)
        rotations.rest()
    }

    private func lookOnce() async {
        let isLocked = vault.isLocked
        if isLocked != wasLocked { hub.tell(isLocked ? .locked : .unlocked) }
        wasLocked = isLocked
        // What can't be read for a moment is read at the next look.
        guard
            let found = try? await vault.use(
                .question,
                { [mark, over = rotations.over] keeper in
                    try await keeper.clientChanges(since: mark, besides: over)
                })
        else { return }
        mark = found.mark
        for event in changes.take(found.connections.map { ConnectionState($0) }) { hub.tell(event) }
        for event in rotations.take(found.rotations) { hub.tell(event) }
    }
}
