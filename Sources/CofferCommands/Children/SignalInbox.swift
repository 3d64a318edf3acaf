// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The signals that come while a child runs: one byte for each, in the order in which they came.
struct SignalInbox {
    /// What is passed on.
    ///
    /// What the system itself sends for a fault of ours, and what can't be caught, is not among them.
    private static let passedOn: [Int32] = {
        let named = [
            SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGURG, SIGIO,
            SIGTSTP, SIGCONT, SIGWINCH,
        ]
        #if canImport(Darwin)
        return named
        #else
        // Those for real time; the two before them are the C library's own (signal(7)).
        return named + Array(34...64)
        #endif
    }()

    /// Where the handler writes; never closed, as a handler may be late.
    private static let pipe = Result { () throws(CommandError) in try WakePipe() }
    private static let target = Atomic<Int32>(-1)

    /// What is polled and read.
    let arrivals: WakePipe

    /// Begins to take them; a signal that is ignored stays so, for the child, too.
    ///
    /// - Throws: ``CommandError`` if no descriptor is left.
    init() throws(CommandError) {
        arrivals = try Self.pipe.get()
        while arrivals.take() != nil {}
        Self.target.store(arrivals.writeEnd, ordering: .sequentiallyConsistent)
        for signal in Self.passedOn + [SIGCHLD] where SignalAction(of: signal)?.isIgnored == false || signal == SIGCHLD
        {
            Self.action.install(for: signal)
        }
    }

    /// Lets signals end this process again: there is nobody left to pass them on to.
    func end() {
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] where SignalAction(of: signal)?.isIgnored == false {
            SignalAction.byDefault.install(for: signal)
        }
    }

    private static var action: SignalAction {
        .handler { signal in
            WakePipe.note(signal, at: SignalInbox.target.load(ordering: .sequentiallyConsistent))
        }
    }
}
