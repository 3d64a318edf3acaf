// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A program that is run again and again, and ends within milliseconds.
///
/// By posix_spawn(3) and waitpid(2), for Foundation's `Process` starts a thread, and finds out late that its child has
/// ended.
struct ShortRun {
    private let file: String
    private let arguments: [String]
    private let environment: [String: String]

    /// A program by its file.
    ///
    /// - Parameters:
    ///   - file: the program.
    ///   - arguments: what follows its name.
    ///   - environment: its whole environment.
    init(_ file: String, _ arguments: [String], environment: [String: String]) {
        self.file = file
        self.arguments = arguments
        self.environment = environment
    }

    /// One of the system's programs.
    ///
    /// - Parameters:
    ///   - name: its name, looked for in `PATH`.
    ///   - arguments: what follows its name.
    /// - Throws: ``BenchError/notInstalled(_:)``.
    init(named name: String, _ arguments: [String]) throws {
        guard let file = Self.file(named: name) else { throw BenchError.notInstalled(name) }
        self.init(file, arguments, environment: ["PATH": "/usr/bin:/bin"])
    }

    /// The file of one of the system's programs; nil if it is not installed.
    static func file(named name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map { String($0) } + ["/usr/sbin"]
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs it to its end, with nothing to read.
    ///
    /// - Returns: what it printed.
    /// - Throws: ``BenchError/childFailed(_:)`` if its status is not 0, or it could not be started.
    func run() throws -> [UInt8] {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw BenchError.childFailed(errno) }
        defer { close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process: pid_t
        do {
            defer { close(ends[1]) }
            process = try start(printingInto: ends[1])
        }
        let printed = Self.readToEnd(ends[0])
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 { guard errno == EINTR else { break } }
        guard status == 0 else { throw BenchError.childFailed(status) }
        return printed
    }

    private func start(printingInto end: Int32) throws -> pid_t {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        guard posix_spawn_file_actions_init(&actions) == 0 else { throw BenchError.childFailed(ENOMEM) }
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, end, 1)
        var texts: [UnsafeMutablePointer<CChar>?] = ([file] + arguments).map { strdup($0) }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
        texts.append(nil)
        variables.append(nil)
        defer { for text in texts + variables { free(text) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, file, &actions, nil, texts, variables)
        guard failure == 0 else { throw BenchError.childFailed(failure) }
        return process
    }

    private static func readToEnd(_ end: Int32) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(end, &buffer, buffer.count)
            guard count > 0 else { return all }
            all += buffer.prefix(count)
        }
    }
}
