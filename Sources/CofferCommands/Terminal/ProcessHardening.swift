// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CWipingAllocator

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a process that will hold secrets does before anything else.
enum ProcessHardening {
    /// The signals of a crash, which Swift's runtime catches where its backtracer is installed.
    private static let crashes = [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP]

    /// Forbids core files, tracing and backtraces, has freed memory overwritten, keeps the standard descriptors taken, and ignores SIGPIPE.
    ///
    /// - Throws: ``CommandError`` with the code `internal` if the system refuses.
    static func apply() throws(CommandError) {
        let number = coffer_forbid_core_files()
        guard number == 0 else {
            throw CommandError(
                "internal", message: "the system does not let core files be forbidden: \(SystemMessage.text(number))")
        }
        // Libraries copy what goes over the network into buffers that they free and don't wipe.
        _ = coffer_wipe_freed_memory()
        // A backtrace shows registers and the memory they point to, where a secret may be; it is a core file in text.
        for crash in crashes { signal(crash, SIG_DFL) }
        try occupyStandardDescriptors()
        // A closed pipe is then an error of write(2), with a message and a status of its own.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Opens 0, 1 and 2 if the process was started without them.
    ///
    /// Else the vault's file would get one of the numbers, and what is printed would be written
    /// into it. They are opened the wrong way round: using one is an error, as it should be.
    private static func occupyStandardDescriptors() throws(CommandError) {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(descriptor, F_GETFD) == -1 {
            // The lowest free number is taken (open(2)): this one, as those below it are in use.
            guard open("/dev/null", mode) == descriptor else {
                throw CommandError("internal", message: "descriptor \(descriptor) is closed and cannot be opened")
            }
        }
    }
}
