// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A process that was started, and what becomes of it.
struct StartedChild: Sendable {
    /// What one of its standard descriptors is.
    enum Stream {
        /// Ours.
        case inherited
        /// An end of a pipe.
        case pipe(Int32)
        /// The null device.
        case nothing
        /// The terminal with this name; the first one opened becomes the one that controls it.
        case terminal(String)
    }

    /// How a process is, waitpid(2).
    enum State: Equatable {
        case runs
        case stopped
        /// With its exit status, or 128 and the number of the signal that ended it, as shells have it.
        case ended(Int32)
    }

    /// Its number, and that of its process group if it has one of its own.
    let number: pid_t
    private let staysInGroup: Bool

    /// Starts a file in a process group of its own unless it stays in ours, or in its own session if that is wanted or it gets a terminal.
    ///
    /// Its limit on core files and its signals are as ours were: ignored ones stay ignored (`nohup`), none is blocked, and SIGPIPE, which we ignore, ends it.
    ///
    /// - Parameters:
    ///   - file: the program's file.
    ///   - arguments: its arguments, the first of them the name that it is called by.
    ///   - environment: its whole environment.
    ///   - streams: its standard descriptors, in order.
    ///   - hasOwnSession: whether it outlives our terminal.
    ///   - staysInGroup: whether it stays in our process group.
    /// - Throws: ``CommandError`` with the code `no_command` or `not_executable`.
    init(
        _ file: String, _ arguments: [String], environment: CStrings, streams: [Stream], hasOwnSession: Bool = false,
        staysInGroup: Bool = false
    )
        throws(CommandError)
    {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        let newSession = POSIX_SPAWN_SETSID
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        // POSIX_SPAWN_SETSID of <spawn.h>, which glibc hides behind _GNU_SOURCE.
        let newSession: Int32 = 0x80
        #endif
        guard posix_spawn_file_actions_init(&actions) == 0 else { throw .notExecutable(arguments[0]) }
        defer { posix_spawn_file_actions_destroy(&actions) }
        guard posix_spawnattr_init(&attributes) == 0 else { throw .notExecutable(arguments[0]) }
        defer { posix_spawnattr_destroy(&attributes) }
        var isLeader = hasOwnSession
        for (descriptor, stream) in streams.enumerated() {
            switch stream {
            case .inherited: break
            case .nothing: posix_spawn_file_actions_addopen(&actions, Int32(descriptor), "/dev/null", O_RDWR, 0)
            case .pipe(let end): posix_spawn_file_actions_adddup2(&actions, end, Int32(descriptor))
            case .terminal(let name):
                isLeader = true
                posix_spawn_file_actions_addopen(&actions, Int32(descriptor), name, O_RDWR, 0)
            }
        }
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        sigaddset(&mask, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &mask)
        posix_spawnattr_setpgroup(&attributes, 0)
        let place = isLeader ? newSession : staysInGroup ? 0 : Int32(POSIX_SPAWN_SETPGROUP)
        posix_spawnattr_setflags(
            &attributes, Int16(place | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)))
        var process: pid_t = 0
        // It inherits the limit, which posix_spawn(3) can't set; where that is not so by itself, we are not dumpable meanwhile.
        _ = coffer_restore_core_limit()
        defer { _ = coffer_forbid_core_files() }
        let result = CStrings(arguments).withPointers { argv in
            environment.withPointers { envp in posix_spawn(&process, file, &actions, &attributes, argv, envp) }
        }
        guard result == 0 else {
            throw .failure(of: arguments[0], result)
        }
        number = process
        self.staysInGroup = staysInGroup
    }

    /// What has become of it, without waiting; ask once more after it has ended, and the answer is about nobody.
    func state() -> State {
        var status: Int32 = 0
        var result: pid_t
        repeat { result = waitpid(number, &status, WNOHANG | WUNTRACED) } while result == -1 && errno == EINTR
        guard result == number else { return result == 0 ? .runs : .ended(127) }
        // The macros of <sys/wait.h>, which Swift does not see.
        if status & 0xFF == 0x7F { return .stopped }
        let signal = status & 0x7F
        return .ended(signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
    }

    /// Sends a signal that we got: those of a keyboard to all of its group, as a terminal does, others to it alone.
    func send(_ signal: Int32) {
        switch signal {
        case SIGINT, SIGQUIT, SIGTSTP, SIGCONT: kill(staysInGroup ? number : -number, signal)
        default: kill(number, signal)
        }
    }
}
