// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Keeps connections fresh until the task is cancelled: refreshes what falls due, and what readers wish for.
    ///
    /// What is under way when this returns goes on to its end; ``landed()`` waits for it, ``windDown()`` ends what has
    /// not been sent yet.
    ///
    /// - Parameter report: Hears what happens, one at a time; what it throws ends the watch.
    /// - Throws: what keeps it from beginning, and what `report` throws; never because a refresh or a look failed.
    package func watch(report: (WatchEvent) throws -> Void) async throws {
        guard vault.writesAnything else {
            throw KeeperError(.notPermitted, "this identity may read but not refresh")
        }
        var run = WatchRun(self)
        try await run.go(report)
    }

    /// Ends whatever has not been sent yet; what was sent goes on to its commit.
    package func windDown() async { await refresher.windDown() }
}
