// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Synchronization

/// Kills a child that does not end; every wait has an end.
final class Watchdog: Sendable {
    private enum State {
        case watching
        case ended
        case bitten
    }

    private let state = Mutex(State.watching)

    /// Watches a process.
    init(_ process: pid_t, after deadline: DispatchTimeInterval) {
        DispatchQueue.global().asyncAfter(deadline: .now() + deadline) { [weak self] in
            self?.state.withLock { state in
                guard state == .watching else { return }
                state = .bitten
                kill(process, SIGKILL)
            }
        }
    }

    /// Stops watching, before the process's number can be another's.
    func end() {
        state.withLock { state in
            if state == .watching { state = .ended }
        }
    }

    /// Whether the process was killed.
    var hasBitten: Bool { state.withLock { $0 == .bitten } }
}
