// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Tells the service manager how the agent is, as sd_notify(3) does: datagrams to the socket in `NOTIFY_SOCKET`.
package struct ServiceNotifier: Sendable {
    /// How long a manager that does not read is waited for: 1 s.
    private static let patienceSeconds = 1

    /// A path from the root, or `@` and an abstract name.
    private let name: String
    /// How often the manager wants to hear that the agent is alive; nil if it does not.
    let watchdog: Duration?

    /// Finds the manager by an environment; nil where nobody wants to hear.
    package init?(_ environment: [String: String]) {
        guard let name = environment["NOTIFY_SOCKET"], Self.address(name) != nil else { return nil }
        self.name = name
        watchdog = Self.watchdog(environment)
    }

    /// sd_watchdog_enabled(3): in microseconds, and for the process that is named.
    private static func watchdog(_ environment: [String: String]) -> Duration? {
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 else {
            return nil
        }
        if let process = environment["WATCHDOG_PID"], process != "\(getpid())" { return nil }
        return .microseconds(microseconds)
    }

    /// Tells of what happened, if the manager has a word for it.
    package func hear(_ news: Agent.News) {
        switch news {
        case .ready: send("READY=1\nSTATUS=serving")
        case .locked: send("STATUS=locked; unlock it with: coffer agent unlock")
        case .unlocked: send("STATUS=serving")
        case .reloading:
            let now = Self.monotonicMicroseconds
            send("RELOADING=1\nMONOTONIC_USEC=\(now)\nSTATUS=reading the identity again")
        case .reloaded, .keptAsBefore: send("READY=1\nSTATUS=serving")
        case .draining: send("STOPPING=1\nSTATUS=ending")
        case .crowded, .refused, .watch: break
        }
    }

    /// Says that the agent is alive.
    func ping() { send("WATCHDOG=1") }

    /// Sends a state; a manager that has gone, or does not read, is no reason to end.
    private func send(_ state: String) {
        guard let address = Self.address(name) else { return }
        let number = UnixAddress.makeDatagram()
        guard number >= 0 else { return }
        defer { close(number) }
        var limit = timeval()
        limit.tv_sec = .init(Self.patienceSeconds)
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(state.utf8)
        _ = address { sendto(number, bytes, bytes.count, 0, $0, $1) }
    }

    private static func address(_ name: String) -> UnixAddress? {
        if name.hasPrefix("/") { return UnixAddress(name) }
        return name.hasPrefix("@") ? UnixAddress(abstract: String(name.dropFirst())) : nil
    }

    /// `CLOCK_MONOTONIC`, by which the manager tells this reload from the one before.
    private static var monotonicMicroseconds: Int64 {
        Int64(clamping: DispatchTime.now().uptimeNanoseconds / 1_000)
    }
}
