// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension CommandError {
    /// There is no such command: 127, as shells have it (POSIX.1-2024, Shell Command Language 2.8.2).
    static func noCommand(_ command: String) -> CommandError {
        CommandError("no_command", message: "there is no command \(PrintableText.clean(command))")
    }

    /// The system does not execute it: 126.
    static func notExecutable(_ command: String, reason: String? = nil) -> CommandError {
        CommandError(
            "not_executable",
            message: "\(PrintableText.clean(command)) can't be executed\(reason.map { ": \($0)" } ?? "")")
    }

    /// What execve(2) or posix_spawn(3) said.
    static func failure(of command: String, _ number: Int32) -> CommandError {
        number == ENOENT ? .noCommand(command) : .notExecutable(command, reason: SystemMessage.text(number))
    }
}
