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

/// Turns signals into bytes of a ``WakePipe`` while a prompt is open, so that the terminal is put
/// right before the signal has its effect.
///
/// One at a time: dispositions belong to the process. A signal that is ignored stays ignored;
/// whoever ignores it watches it in another way, and cancels the task.
struct SignalRelay: ~Copyable {
    /// What would leave the terminal without echo: signal(7).
    private static let signals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP]

    /// Where the handler writes.
    ///
    /// Never closed: a handler that is late must not write to whatever
    /// has got the descriptor's number since.
    private static let pipe = Result { () throws(CommandError) in try WakePipe() }

    /// The end that the handler writes to.
    ///
    /// Stored before the handler is installed, so that inside
    /// it nothing is initialised.
    private static let target = Atomic<Int32>(-1)

    /// What is polled for signals.
    let wake: WakePipe

    /// The dispositions before.
    private var previous: [(signal: Int32, action: SignalAction)] = []

    /// Installs the handler.
    ///
    /// - Throws: ``CommandError`` if no descriptor is left.
    init() throws(CommandError) {
        wake = try Self.pipe.get()
        while wake.take() != nil {}
        Self.target.store(wake.writeEnd, ordering: .sequentiallyConsistent)
        for signal in Self.signals {
            guard let before = SignalAction(of: signal), !before.isIgnored else { continue }
            if Self.action.install(for: signal) { previous.append((signal, before)) }
        }
    }

    /// Puts the dispositions back, and delivers a signal to this very thread, so that it has had
    /// its effect when this returns: the process has ended, has been stopped and continued, or its
    /// own handler has run.
    ///
    /// - Parameter signal: the signal that the handler caught.
    consuming func redeliver(_ signal: Int32) {
        restore()
        var this = sigset_t()
        var before = sigset_t()
        sigemptyset(&this)
        sigaddset(&this, signal)
        // The threads of Dispatch block signals; blocked, this one would have its effect later.
        pthread_sigmask(SIG_UNBLOCK, &this, &before)
        raise(signal)
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    /// Puts the dispositions back.
    private mutating func restore() {
        for entry in previous { entry.action.install(for: entry.signal) }
        previous = []
    }

    deinit {
        for entry in previous { entry.action.install(for: entry.signal) }
    }

    private static var action: SignalAction {
        .handler { signal in
            WakePipe.note(signal, at: SignalRelay.target.load(ordering: .sequentiallyConsistent))
        }
    }
}
