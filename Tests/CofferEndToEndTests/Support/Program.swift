// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Subprocess
import SystemPackage
import Testing

/// The real program, run as a child in a home of its own.
struct Program: Sendable {
    /// What the child reads.
    enum Input: Sendable {
        /// Nothing: the null device.
        case nothing
        /// These bytes, then the end.
        case bytes([UInt8])
        /// What the test writes while it runs.
        case open

        static func text(_ text: String) -> Input { .bytes(Array(text.utf8)) }
    }

    /// The longest that a child runs: twice a whole token request, and some seconds for a busy machine.
    private static let deadline = DispatchTimeInterval.seconds(90)

    /// Where it keeps everything.
    let home: Home
    /// The program's environment: nothing is inherited but where libraries are.
    var environment: [String: String]

    init(home: Home) {
        self.home = home
        environment = home.environment
        for name in ["PATH", "LD_LIBRARY_PATH", "LANG"] {
            environment[name] = ProcessInfo.processInfo.environment[name]
        }
    }

    /// The binary, which lies beside the tests' own.
    static let path: String = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
        let url = bundle.bundleURL.pathExtension == "xctest" ? bundle.bundleURL : bundle.executableURL
        return (url ?? bundle.bundleURL).deletingLastPathComponent().appendingPathComponent("coffer").path
    }()

    /// Runs a command to its end.
    @discardableResult
    func run(
        _ arguments: String..., input: Input = .nothing, environment extra: [String: String] = [:],
        script: String? = nil
    ) async throws -> Finished {
        try await run(arguments, input: input, environment: extra, script: script)
    }

    /// Runs a command to its end.
    @discardableResult
    func run(
        _ arguments: [String], input: Input = .nothing, environment extra: [String: String] = [:],
        script: String? = nil
    ) async throws -> Finished {
        try await start(arguments, input: input, environment: extra, script: script) { _ in }.end
    }

    /// Starts a command, and acts while it runs; it is over when this returns or throws.
    ///
    /// - Parameters:
    ///   - arguments: what follows the program's name.
    ///   - input: standard input.
    ///   - extra: further environment variables.
    ///   - script: a shell's script that ends with `exec "$0" "$@"` and does something about descriptors or limits.
    ///   - isStepped: whether the child waits after each line of standard error until the one before was read.
    ///   - body: gets the running child.
    /// - Returns: what the body returns, and how the child ended.
    /// - Throws: what the body throws, once the child is dead.
    @discardableResult
    func start<Result: Sendable>(
        _ arguments: [String], input: Input = .nothing, environment extra: [String: String] = [:],
        script: String? = nil, isStepped: Bool = false, _ body: (RunningProgram) async throws -> Result
    ) async throws -> (value: Result, end: Finished) {
        let errors = try ChildPipe(.fromChild, holdsOneWrite: isStepped)
        let output = try ChildPipe(.fromChild)
        let given = try input.isNothing ? nil : ChildPipe(.toChild)
        let stdin = try given?.childEnd ?? FileDescriptor.open("/dev/null", .readOnly)
        var options = PlatformOptions()
        // Without a terminal, also where the tests are run on one.
        options.createSession = true
        let values = script.map { ["-c", $0, Self.path] + arguments } ?? arguments
        let variables = environment.merging(extra) { $1 }
        let result = try await Subprocess.run(
            .path(FilePath(script == nil ? Self.path : "/bin/sh")), arguments: Arguments(values),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
            workingDirectory: FilePath(home.path), platformOptions: options,
            input: .fileDescriptor(stdin, closeAfterSpawningProcess: true),
            output: .fileDescriptor(output.childEnd, closeAfterSpawningProcess: true),
            error: .fileDescriptor(errors.childEnd, closeAfterSpawningProcess: true)
        ) { execution in
            let number = execution.processIdentifier.value
            let watchdog = Watchdog(number, after: Self.deadline)
            defer { watchdog.end() }
            let running = RunningProgram(processID: number, input: given, errors: errors)
            let commandLine = running.systemFile("cmdline")
            async let printed = output.readToEnd()
            let value: Result
            do {
                if case .bytes(let bytes) = input {
                    // A child may say much before it reads, so both go on at once.
                    async let written: Void = Self.feed(bytes, to: given)
                    value = try await body(running)
                    await running.drain()
                    await written
                } else {
                    value = try await body(running)
                    running.endInput()
                    await running.drain()
                }
            } catch {
                kill(number, SIGKILL)
                throw error
            }
            return (value, await printed, running.heard, commandLine, watchdog.hasBitten)
        }
        let (value, printed, heard, commandLine, wasKilled) = result.closureResult
        if wasKilled { Issue.record("`coffer \(arguments.joined(separator: " "))` did not end in time") }
        let end = Finished(
            status: result.terminationStatus, output: printed, errorBytes: heard, commandLine: commandLine)
        return (value, end)
    }

    private static func feed(_ bytes: [UInt8], to pipe: ChildPipe?) async {
        await pipe?.write(bytes)
        pipe?.close()
    }
}

extension Program.Input {
    fileprivate var isNothing: Bool { if case .nothing = self { true } else { false } }
}
