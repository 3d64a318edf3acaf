// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds the file of a command, as a shell does, but for one thing: nothing is run because it lies in the folder where one is.
enum ExecutableSearch {
    /// The file of a command.
    ///
    /// - Parameters:
    ///   - command: a path if it holds a `/`, else a name.
    ///   - path: the folders to look in; relative ones and empty ones, which mean where one is, are passed over.
    /// - Returns: its path.
    /// - Throws: ``CommandError`` with the code `no_command` or `not_executable`.
    static func file(of command: String, path: String) throws(CommandError) -> String {
        if command.contains("/") {
            guard access(command, F_OK) == 0 else { throw .noCommand(command) }
            guard isExecutable(command) else { throw .notExecutable(command) }
            return command
        }
        let files = path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(command)" }
        if let file = files.first(where: isExecutable) { return file }
        throw files.contains { access($0, F_OK) == 0 } ? .notExecutable(command) : .noCommand(command)
    }

    private static func isExecutable(_ file: String) -> Bool {
        guard access(file, X_OK) == 0 else { return false }
        // A folder may be entered, which looks the same.
        guard let folder = opendir(file) else { return true }
        closedir(folder)
        return false
    }
}
