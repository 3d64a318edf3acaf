// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// The end of a command: what was sent is waited for, so that no token is lost.
enum Landing {
    /// How long nothing is said of it: most answers come sooner.
    private static let patience = Duration.milliseconds(500)

    /// Waits until no token request is under way; an interrupted person is told what is waited for.
    static func wait(for keeper: Keeper, _ context: CommandContext) async {
        let notice = Task.isCancelled ? notice(context.diagnostics) : nil
        if Task.isCancelled { await keeper.windDown() }
        await keeper.landed()
        notice?.cancel()
        await keeper.noticesSettled()
    }

    private static func notice(_ diagnostics: Diagnostics) -> Task<Void, Never> {
        Task {
            guard (try? await ContinuousClock().sleep(for: patience)) != nil else { return }
            diagnostics.note("interrupted; a request that was sent is being finished, once more ends it at once")
        }
    }
}
