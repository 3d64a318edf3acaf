// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How many descriptors the system allows this process (`RLIMIT_NOFILE`, getrlimit(2)).
enum Descriptors {
    #if canImport(Darwin)
    private static let resource = RLIMIT_NOFILE
    #else
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #endif

    private static var limits: rlimit {
        var limits = rlimit()
        return getrlimit(resource, &limits) == 0 ? limits : rlimit()
    }

    /// The most that it may be allowed.
    static var most: UInt64 { UInt64(limits.rlim_max) }

    /// Whether there are enough for thousands of connections at once; asks the system for them.
    static let areMany: Bool = {
        var limits = Descriptors.limits
        if limits.rlim_cur < 4096 {
            limits.rlim_cur = min(limits.rlim_max, 4096)
            _ = setrlimit(resource, &limits)
        }
        return Descriptors.limits.rlim_cur >= 4096
    }()
}
