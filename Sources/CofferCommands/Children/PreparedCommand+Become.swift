// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

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
    /// Its signals are as ours were when we began, and none is blocked. The limit on core files stays at zero, as secrets are in its
    /// environment.
    ///
    /// - Throws: ``CommandError`` `no_command` or `not_executable`; it does not return.
    func become() throws(CommandError) -> Never {
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        let number = CStrings(arguments).withPointers { argv in
            environment.withPointers { envp in
                _ = execve(file, argv, envp)
                return errno
            }
        }
        signal(SIGPIPE, SIG_IGN)
        throw .failure(of: arguments[0], number)
    }
}
