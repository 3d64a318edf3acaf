// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

/// Serialised: while another test starts its program, ours would still be open for writing there,
/// and could not be run (ETXTBSY of execve(2)).
@Suite("BrowserOpener", .serialized) struct BrowserOpenerTests {
    private static let url = "https://auth.example/authorize?response_type=code&state=x"

    /// Runs a test with a folder that holds a program called `browse`, which writes what it was
    /// started with into a named pipe, and gives the lines of that.
    private func started(_ url: String, environment: [String: String]) async throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("browser-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let pipe = "\(folder)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let script = """
            #!/bin/sh
            streams=$(readlink /proc/$$/fd/0 /proc/$$/fd/1)
            exec 4> "\(pipe)"
            { echo "$1"; echo "identity=$COFFER_IDENTITY"; echo "kept=$KEPT"; echo "$streams"
              [ -e /proc/$$/fd/\(Self.leakingDescriptor) ] && echo leaked
              grep SigIgn /proc/$$/status; } >&4
            """
        try Data(script.utf8).write(to: URL(fileURLWithPath: "\(folder)/browse"))
        chmod("\(folder)/browse", 0o700)
        // Reading and writing, so that opening does not wait for the program.
        let descriptor = open(pipe, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        var environment = environment
        environment["PATH"] = "relative:/nonexistent:\(folder):/usr/bin:/bin"
        let (ends, ended) = AsyncStream.makeStream(of: pid_t.self)
        let opener = BrowserOpener(environment: environment, program: "browse", needsDisplay: true) {
            ended.yield($0)
            ended.finish()
        }
        guard opener.open(url) else { return [] }
        let lines = try await lines(from: descriptor, until: "SigIgn")
        // Not even a zombie is left.
        for await process in ends { #expect(kill(process, 0) == -1 && errno == ESRCH) }
        return lines
    }

    /// A descriptor that is open, and not closed on exec.
    private static let leakingDescriptor = fcntl(STDIN_FILENO, F_DUPFD, 190)

    /// Reads lines until one begins with a text.
    private func lines(from descriptor: Int32, until last: String) async throws -> [String] {
        try await BlockingCall.run(on: .global()) { wake in
            let reader = DescriptorReader(
                descriptor: descriptor, deadline: .now.advanced(by: .seconds(30)), wake: wake)
            var text = ""
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
            defer { buffer.deallocate() }
            while case .bytes(let count) = try reader.read(into: buffer) {
                text += String(decoding: buffer[..<count], as: UTF8.self)
                if text.contains(last), text.hasSuffix("\n") { break }
            }
            return text.split(separator: "\n").map(String.init)
        }
    }

    @Test func `the page is an argument, and the program gets nothing of ours`() async throws {
        signal(SIGPIPE, SIG_IGN)
        #expect(Self.leakingDescriptor >= 190)
        let lines = try await started(
            Self.url, environment: ["DISPLAY": ":0", "COFFER_IDENTITY": "coffer-secret-1marker", "KEPT": "yes"])
        try #require(lines.count == 6)
        #expect(Array(lines[..<5]) == [Self.url, "identity=", "kept=yes", "/dev/null", "/dev/null"])
        // Bit 12 is signal 13, SIGPIPE (proc_pid_status(5)).
        let ignored = try #require(UInt64(lines[5].split(separator: "\t")[1], radix: 16))
        #expect(ignored & (1 << 12) == 0)
    }

    @Test(arguments: [[:], ["DISPLAY": ""], ["WAYLAND_DISPLAY": ""]])
    func `without a display nothing is started`(environment: [String: String]) async throws {
        #expect(try await started(Self.url, environment: environment) == [])
    }

    @Test func `Wayland is a display`() async throws {
        #expect(try await started(Self.url, environment: ["WAYLAND_DISPLAY": "wayland-0"]).first == Self.url)
    }

    @Test(arguments: ["file:///etc/passwd", "--version", "javascript:1", "", "https://a\u{1B}[2J"])
    func `what is no page is not opened`(url: String) async throws {
        #expect(try await started(url, environment: ["DISPLAY": ":0"]) == [])
    }

    @Test func `a program that is not there does not fail the command`() {
        let opener = BrowserOpener(environment: ["PATH": "/nonexistent", "DISPLAY": ":0"])
        #expect(!opener.open(Self.url))
    }
}
