// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Ends the process on a signal while it waits on the short way, where there is nothing to let land: with the sentence and the status of
/// ``SignalWatch``.
enum ShortSignals {
    /// Begins; what is ignored stays so.
    static func begin() {
        // Only what signal-safety(7) allows: write(2) and _exit(2).
        let action = SignalAction.handler { signal in
            let isInterrupt = signal == SIGINT
            let text: StaticString = isInterrupt ? "coffer: interrupted\n" : "coffer: ended by a signal\n"
            _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            // As ``ExitStatus`` has them, which a handler does not look up.
            _exit(isInterrupt ? 130 : 143)
        }
        install(action)
    }

    /// Puts back what was before.
    static func end() { install(SignalAction.byDefault) }

    private static func install(_ action: SignalAction) {
        for signal in SignalWatch.signals where SignalAction(of: signal)?.isIgnored == false {
            action.install(for: signal)
        }
    }
}
