// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Memory that is kept out of swap, as far as this process may have it.
package enum LockedMemory {
    /// What keys and secrets of a few spaces take, in bytes: each piece has pages of its own.
    package static let neededBytes = 256 << 10

    /// What is wrong where there is too little.
    package static let lack = "this process may not keep \(neededBytes >> 10) KiB out of swap"

    /// What to do where there is too little.
    package static let fix = "raise the limit: ulimit -l, LimitMEMLOCK= of a service, or memlock in limits.conf"

    /// Whether as much can be had as is needed.
    ///
    /// It is tried, as limits are not the whole story: a capability lifts them, a sandbox may forbid the call.
    package static var isAvailable: Bool {
        let page = mmap(nil, neededBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let page, page != MAP_FAILED else { return false }
        defer { munmap(page, neededBytes) }
        return mlock(page, neededBytes) == 0
    }
}
