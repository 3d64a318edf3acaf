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
    static let signals = [SIGINT, SIGTERM, SIGHUP]

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
        for signal in Self.signals where SignalAction(of: signal)?.isIgnored == false {
            SignalAction.byDefault.install(for: signal)
        }
        source.cancel()
        Self.isWatching.store(false, ordering: .sequentiallyConsistent)
        let number = Self.first.load(ordering: .sequentiallyConsistent)
        return number == 0 ? nil : Caught(number: number)
    }

    /// Installs the handler, which calls only what signal-safety(7) allows: write(2) and _exit(2).
    private static func install() {
        let action = SignalAction.handler { signal in
            let number = errno
            let (isFirst, _) = SignalWatch.first.compareExchange(
                expected: 0, desired: signal, ordering: .sequentiallyConsistent)
            if !isFirst { _exit(128 + signal) }
            withUnsafeBytes(of: UInt8(truncatingIfNeeded: signal)) { byte in
                _ = write(SignalWatch.target.load(ordering: .sequentiallyConsistent), byte.baseAddress, 1)
            }
            errno = number
        }
        for signal in signals where SignalAction(of: signal)?.isIgnored == false {
            action.install(for: signal)
        }
    }
}
