// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferCommands

@Suite("DescriptorOutput") struct DescriptorOutputTests {
    init() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// Opens a pipe for a test: the end that is read, the end that is written.
    private func makePipe() -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    @Test func `everything is written, however little a pipe holds`() async throws {
        let pipe = makePipe()
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        // Not blocking, so that writing meets EAGAIN and waits for its reader.
        _ = fcntl(pipe.writing, F_SETFL, O_NONBLOCK)
        async let read = InputDescriptor(pipe.reading).contents(limit: 2_000_000)
        let output = DescriptorOutput(descriptor: pipe.writing, name: "standard output")
        let written = try await BlockingCall.run(on: .global()) { _ in
            defer { close(pipe.writing) }
            try output.write(Secret(bytes: bytes))
            try output.write("sécret\n")
            try output.finish()
            return true
        }
        #expect(written)
        #expect(try await read == Secret(bytes: bytes + Array("sécret\n".utf8)))
        close(pipe.reading)
    }

    @Test func `a closed pipe is an error with status 74`() {
        let pipe = makePipe()
        close(pipe.reading)
        let error = #expect(throws: CommandError.self) {
            try DescriptorOutput(descriptor: pipe.writing, name: "standard output").write("x")
        }
        #expect(error?.code == "closed_pipe")
        #expect(error?.status.rawValue == 74)
        close(pipe.writing)
    }

    @Test(.enabled(if: access("/dev/full", W_OK) == 0)) func `a full disk is an error with status 73`() {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let error = #expect(throws: CommandError.self) {
            try DescriptorOutput(descriptor: descriptor, name: "standard output").write("x")
        }
        #expect(error?.code == "disk_full")
        #expect(error?.status.rawValue == 73)
    }

    @Test func `a descriptor that cannot be written is an error with status 74`() {
        let error = #expect(throws: CommandError.self) {
            try DescriptorOutput(descriptor: 987_654, name: "standard output").write("x")
        }
        #expect(error?.code == "input_output")
        #expect(error?.status.rawValue == 74)
        #expect(error?.message.contains("bad file descriptor") == true)
    }

    @Test func `a reader that has stopped reading is not waited for without end`() {
        let pipe = makePipe()
        _ = fcntl(pipe.writing, F_SETFL, O_NONBLOCK)
        let output = DescriptorOutput(descriptor: pipe.writing, name: "standard output", patience: .zero)
        let error = #expect(throws: CommandError.self) { try output.write(String(repeating: "x", count: 1_000_000)) }
        #expect(error?.code == "input_output")
        close(pipe.reading)
        close(pipe.writing)
    }

    @Test func `writing nothing writes nothing`() throws {
        try DescriptorOutput(descriptor: 987_654, name: "standard output").write("")
    }

    @Test func `a terminal knows its width, and nothing else has one`() throws {
        let terminal = try PseudoTerminal()
        let output = DescriptorOutput(descriptor: terminal.descriptor, name: "standard output")
        #expect(output.isTerminal)
        #expect(output.columnCount == nil)
        terminal.resize(columnCount: 97)
        #expect(output.columnCount == 97)
        let pipe = makePipe()
        #expect(!DescriptorOutput(descriptor: pipe.writing, name: "standard output").isTerminal)
        #expect(DescriptorOutput(descriptor: pipe.writing, name: "standard output").columnCount == nil)
        close(pipe.reading)
        close(pipe.writing)
    }

    @Test func `a file is brought to the disk`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("output-\(UUID().uuidString)").path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        defer {
            close(descriptor)
            unlink(path)
        }
        let output = DescriptorOutput(descriptor: descriptor, name: "standard output")
        try output.write("kept")
        try output.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
    }
}
