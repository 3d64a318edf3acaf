// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Watches the signals that end a program, for the length of a command.
///
/// With a handler and a pipe of our own: Dispatch's signal sources need their signals blocked or ignored on some
/// systems, and ``SignalRelay`` delivers a signal that ended a prompt to this very handler. A signal that is ignored
/// when the watch begins (`nohup`, a job in the background) stays ignored.
struct SignalWatch {
    /// A signal that was caught.
    struct Caught: Sendable, Equatable {
        /// Its number, signal(7).
        let number: Int32

        /// How the process ends for it; SIGHUP counts as SIGTERM.
        var exitStatus: ExitStatus { number == SIGINT ? .interrupted : .terminated }
    }

    /// What ends a program in good order.
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// Where the handler writes; never closed, as a handler may be late.
    private static let pipe = try? WakePipe()

    /// The end that the handler writes to, so that inside it nothing is initialised.
    private static let target = Atomic<Int32>(-1)

    /// The first signal that came; 0 for none.
    private static let first = Atomic<Int32>(0)

    /// Whether a watch is under way: dispositions belong to the process.
    private static let isWatching = Atomic<Bool>(false)

    /// What wakes on the pipe.
    private let source: any DispatchSourceRead

    /// Begins to watch.
    ///
    /// - Parameter onFirst: called once, elsewhere, with the first signal.
    /// - Returns: `nil` if another watch is under way or no descriptor is left; signals then end the process at once.
    static func begin(onFirst: @escaping @Sendable (Caught) -> Void) -> SignalWatch? {
        guard let pipe, !isWatching.exchange(true, ordering: .sequentiallyConsistent) else { return nil }
        while pipe.take() != nil {}
        first.store(0, ordering: .sequentiallyConsistent)
        target.store(pipe.writeEnd, ordering: .sequentiallyConsistent)
        let source = DispatchSource.makeReadSource(
            fileDescriptor: pipe.readEnd, queue: DispatchQueue(label: "coffer.signals"))
        source.setEventHandler {
            while let number = pipe.take() { onFirst(Caught(number: Int32(number))) }
        }
        source.activate()
        install()
        return SignalWatch(source)
    }

    private init(_ source: any DispatchSourceRead) {
        self.source = source
    }

    /// Ends the watch; from then on a signal ends the process at once.
    ///
    /// - Returns: the first signal that came, if one did.
    func end() -> Caught? {
        for signal in Self.signals where !Self.isIgnored(signal) {
            var action = Self.action(SIG_DFL)
            sigaction(signal, &action, nil)
        }
        source.cancel()
        Self.isWatching.store(false, ordering: .sequentiallyConsistent)
        let number = Self.first.load(ordering: .sequentiallyConsistent)
        return number == 0 ? nil : Caught(number: number)
    }

    /// Installs the handler, which calls only what signal-safety(7) allows: write(2) and _exit(2).
    private static func install() {
        for signal in signals where !isIgnored(signal) {
            var action = action { signal in
                let number = errno
                let (isFirst, _) = SignalWatch.first.compareExchange(
                    expected: 0, desired: signal, ordering: .sequentiallyConsistent)
                if !isFirst { _exit(128 + signal) }
                withUnsafeBytes(of: UInt8(truncatingIfNeeded: signal)) { byte in
                    _ = write(SignalWatch.target.load(ordering: .sequentiallyConsistent), byte.baseAddress, 1)
                }
                errno = number
            }
            sigaction(signal, &action, nil)
        }
    }

    /// An action with a handler.
    private static func action(_ handler: @escaping @convention(c) (Int32) -> Void) -> sigaction {
        var action = sigaction()
        #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = handler
        #elseif canImport(Musl)
        action.__sa_handler.sa_handler = handler
        #else
        action.__sigaction_handler.sa_handler = handler
        #endif
        sigemptyset(&action.sa_mask)
        action.sa_flags = Int32(SA_RESTART)
        return action
    }

    /// An action of the system's own.
    private static func action(_ handler: (@convention(c) (Int32) -> Void)?) -> sigaction {
        var action = sigaction()
        #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = handler
        #elseif canImport(Musl)
        action.__sa_handler.sa_handler = handler
        #else
        action.__sigaction_handler.sa_handler = handler
        #endif
        sigemptyset(&action.sa_mask)
        return action
    }

    /// Whether a signal is ignored.
    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return true }
        #if canImport(Darwin)
        let handler = action.__sigaction_u.__sa_handler
        #elseif canImport(Musl)
        let handler = action.__sa_handler.sa_handler
        #else
        let handler = action.__sigaction_handler.sa_handler
        #endif
        // SIG_IGN is the address 1, which no Swift comparison of functions can see.
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
