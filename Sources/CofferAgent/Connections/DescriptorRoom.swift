// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How many descriptors the system allows this process (`RLIMIT_NOFILE`, getrlimit(2)), and how many clients that is enough for.
struct DescriptorRoom: Equatable {
    /// What is kept for the agent itself: 128, for 16 token requests with their host names, the vault's file, log and locks,
    /// event loops, and programs that are started.
    static let reserve = 128

    /// The limit that is asked for: 1,024.
    ///
    /// The agent has no use for more, and a program that it starts may not bear more, if it waits with select(2).
    static let enough = 1024

    /// The limit in force.
    let limit: Int
    /// How many are open.
    let openCount: Int

    /// Raises the limit as far as the system lets anybody and there is a use for it, and looks what is left.
    static func raised() -> DescriptorRoom {
        var limits = rlimit()
        #if canImport(Darwin)
        let resource = RLIMIT_NOFILE
        #else
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #endif
        guard getrlimit(resource, &limits) == 0 else { return DescriptorRoom(limit: enough, openCount: 0) }
        if limits.rlim_cur < enough {
            let before = limits.rlim_cur
            limits.rlim_cur = min(limits.rlim_max, rlim_t(enough))
            if setrlimit(resource, &limits) != 0 { limits.rlim_cur = before }
        }
        let limit = Int(clamping: limits.rlim_cur)
        // What was opened under a higher limit counts for nothing: it takes no number below this one.
        return DescriptorRoom(
            limit: limit, openCount: (0..<Int32(min(limit, enough))).count { fcntl($0, F_GETFD) != -1 })
    }

    /// How many connections there is room for.
    ///
    /// - Parameter most: How many there shall be at most.
    /// - Returns: at least one, as an agent that serves nobody is none.
    func connections(atMost most: Int) -> Int {
        max(1, min(most, limit - openCount - Self.reserve - AgentServer.acceptedAhead))
    }
}
