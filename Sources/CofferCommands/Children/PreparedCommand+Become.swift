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

extension PreparedCommand {
    /// Puts the command in the place of this process: execve(2).
    ///
    /// Its signals and its limit on core files are as ours were when we began, and no signal is blocked.
    ///
    /// - Throws: ``CommandError`` `no_command` or `not_executable`; it does not return.
    func become() throws(CommandError) -> Never {
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        // Until execve(2) this process is not dumpable, whatever the limit is.
        _ = coffer_restore_core_limit()
        let number = CStrings(arguments).withPointers { argv in
            environment.withPointers { envp in
                _ = execve(file, argv, envp)
                return errno
            }
        }
        signal(SIGPIPE, SIG_IGN)
        _ = coffer_forbid_core_files()
        throw .failure(of: arguments[0], number)
    }
}
