// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What happens on a signal: sigaction(2), whose handler has another name in each C library.
struct SignalAction {
    private var value = sigaction()

    private init() {}

    /// What happens on a signal now.
    ///
    /// - Returns: `nil` for a signal that the system does not let us ask about.
    init?(of signal: Int32) {
        guard sigaction(signal, nil, &value) == 0 else { return nil }
    }

    /// A handler, which may call only what signal-safety(7) allows; calls that it interrupts go on.
    static func handler(_ handler: @escaping @convention(c) (Int32) -> Void) -> SignalAction {
        var action = SignalAction()
        action.setHandler(handler)
        action.value.sa_flags = Int32(SA_RESTART)
        return action
    }

    /// The system's own: for what ends a program, that it ends at once.
    static var byDefault: SignalAction {
        var action = SignalAction()
        action.setHandler(SIG_DFL)
        return action
    }

    /// Whether the signal is ignored (`nohup`, a job in the background).
    var isIgnored: Bool {
        #if canImport(Darwin)
        let handler = value.__sigaction_u.__sa_handler
        #elseif canImport(Musl)
        let handler = value.__sa_handler.sa_handler
        #else
        let handler = value.__sigaction_handler.sa_handler
        #endif
        // SIG_IGN is the address 1, which no Swift comparison of functions can see.
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Puts it in force for a signal.
    ///
    /// - Returns: whether the system took it.
    @discardableResult func install(for signal: Int32) -> Bool {
        var action = value
        return sigaction(signal, &action, nil) == 0
    }

    private mutating func setHandler(_ handler: (@convention(c) (Int32) -> Void)?) {
        #if canImport(Darwin)
        value.__sigaction_u.__sa_handler = handler
        #elseif canImport(Musl)
        value.__sa_handler.sa_handler = handler
        #else
        value.__sigaction_handler.sa_handler = handler
        #endif
        sigemptyset(&value.sa_mask)
    }
}
