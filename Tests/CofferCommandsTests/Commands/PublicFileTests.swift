// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Testing

@testable import CofferCommands

@Suite(.timeLimit(.minutes(1))) struct `A text that is named by its file` {
    private static func read(_ path: String, limit: Int = 64, patience: Duration = .seconds(50)) async throws -> String
    {
        try await PublicFile.read(path, limit: limit, "64 bytes", patience: patience)
    }

    /// A name in a folder of its own.
    private static func withName<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = NSTemporaryDirectory() + "coffer-text-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body("\(folder)/text")
    }

    @Test func `is read from a file, an empty device and a pipe, byte for byte`() async throws {
        try await Self.withName { name in
            try Data("\u{FEFF}á=ü\r\n".utf8).write(to: URL(filePath: name))
            #expect(try await Self.read(name).utf8.elementsEqual("\u{FEFF}á=ü\r\n".utf8))
            #expect(try await Self.read("/dev/null") == "")
        }
        try await Self.withName { name in
            try #require(mkfifo(name, 0o600) == 0)
            DispatchQueue(label: "coffer.tests.writer").async {
                try? Data("A=1\n".utf8).write(to: URL(filePath: name))
            }
            #expect(try await Self.read(name) == "A=1\n")
        }
    }

    @Test(.enabled(if: access("/dev/zero", R_OK) == 0)) func `that has no end is refused at the limit`() async throws {
        let error = await #expect(throws: CommandError.self) { try await Self.read("/dev/zero") }
        #expect(error?.code == "too_large" && error?.status.rawValue == 65)
    }

    @Test func `that never comes is refused at the deadline`() async throws {
        try await Self.withName { name in
            try #require(mkfifo(name, 0o600) == 0)
            let error = await #expect(throws: CommandError.self) {
                try await Self.read(name, patience: .milliseconds(1))
            }
            #expect(error?.code == "no_answer" && error?.status.rawValue == 75)
        }
    }

    @Test(arguments: [[0xFF], [0x00], [0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]])
    func `that is no text is refused, and not changed into one`(bytes: [UInt8]) async throws {
        try await Self.withName { name in
            try Data(Array("A=1\nB=made-up".utf8) + bytes + Array("\nC=2".utf8)).write(to: URL(filePath: name))
            let error = try #require(await #expect(throws: CommandError.self) { try await Self.read(name) })
            #expect(error.code == "input_not_text" && error.status.rawValue == 65)
            #expect(error.message.contains("line 2 of") && !error.message.contains("made-up"))
        }
    }

    @Test func `that is not there, or a folder, is refused`() async throws {
        try await Self.withName { name in
            #expect(await #expect(throws: CommandError.self) { try await Self.read(name) }?.code == "not_found")
            try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: true)
            #expect(await #expect(throws: CommandError.self) { try await Self.read(name) }?.code == "input_output")
        }
    }
}
