// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Doctor {
    /// What keeps secrets in the memory of this process.
    func processFindings() -> [DoctorFinding] {
        [coreFinding(), lockedMemoryFinding(), Self.swapFinding(Self.text("/proc/swaps")), umaskFinding()]
    }

    private func coreFinding() -> DoctorFinding {
        guard !isDumpable, Self.limit(of: .core) == 0 else {
            return .failure(
                "core_dumps", "a crash of this process could write its memory to a file",
                fix: "see which limit or module of the system prevents what coffer asks for", code: "configuration")
        }
        return .ok("core_dumps", "a crash leaves no core file, and no other process may trace this one")
    }

    private func lockedMemoryFinding() -> DoctorFinding {
        let limit = Self.limit(of: .lockedMemory)
        let allowed = limit == .max ? "without limit" : "up to \(limit >> 10) KiB"
        guard LockedMemory.isAvailable else {
            return .warning("locked_memory", "\(LockedMemory.lack) (\(allowed))", fix: LockedMemory.fix)
        }
        return .ok("locked_memory", "keys are kept out of swap (\(allowed))")
    }

    static func swapFinding(_ swaps: String?) -> DoctorFinding {
        guard let swaps else { return .skipped("swap", "the system does not say whether there is swap") }
        let devices = swaps.split(separator: "\n").dropFirst().compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        // Compressed memory is memory: nothing of it survives the power.
        let onDisk = devices.filter { !$0.hasPrefix("/dev/zram") }
        guard !onDisk.isEmpty else { return .ok("swap", "no memory is swapped to a disk") }
        return .warning(
            "swap", "memory may be swapped to \(onDisk.joined(separator: ", "))",
            fix: "encrypt it or turn it off: what libraries hold of a request is not locked")
    }

    private func umaskFinding() -> DoctorFinding {
        let line = Self.text("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("Umask:") }
        guard let digits = line?.split(whereSeparator: \.isWhitespace).last, let mask = Int(digits, radix: 8) else {
            return .skipped("umask", "the system does not say which umask is set")
        }
        guard mask & 0o700 == 0, mask & 0o022 == 0o022 else {
            return .warning(
                "umask", "the umask is \(digits)",
                fix: "set 077 or 022; coffer gives its own files 600 whatever it is, other programs do not")
        }
        return .ok("umask", "the umask is \(digits); coffer gives its own files 600 whatever it is")
    }

    // MARK: - Asking the system

    private enum Resource {
        case core, lockedMemory
    }

    /// The limit in force, in bytes; `UInt64.max` for none.
    private static func limit(of resource: Resource) -> UInt64 {
        var limit = rlimit()
        #if canImport(Darwin)
        let number = resource == .core ? RLIMIT_CORE : RLIMIT_MEMLOCK
        #else
        let number = __rlimit_resource_t((resource == .core ? RLIMIT_CORE : __RLIMIT_MEMLOCK).rawValue)
        #endif
        return getrlimit(number, &limit) == 0 ? UInt64(limit.rlim_cur) : 0
    }

    /// A small file of the kernel's.
    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
