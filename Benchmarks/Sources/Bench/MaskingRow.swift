// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// `masking`: a child's output through `coffer run`, from its start to its end, with 100 secrets handed out.
struct MaskingRow {
    private static let secretCount = 100
    /// How often the child prints the text: enough that preparing to mask is a small part.
    private static let repetitions = 16
    private static let blockCount = 1024
    private static let blockLength = 65_536

    private let program: InstalledProgram
    private let folder: String
    private var text: String { folder + "/text" }
    private var variables: String { folder + "/job.env" }

    /// Fills a vault, lets a child print a text that holds one of the secrets in each 64 KiB, and `cat` the same.
    ///
    /// - Returns: the row.
    /// - Throws: ``BenchError/wrongCount`` if another number of bytes came out than with every secret masked.
    static func comparison() async throws -> Comparison {
        try await InstalledProgram.with { program, folder in
            let row = MaskingRow(program: program, folder: folder)
            try row.prepare()
            return try await row.measure()
        }
    }

    private static func secret(_ number: Int) -> String { "made-up-secret-of-the-benchmark-\(10_000 + number)" }

    private func prepare() throws {
        try program.run(["init"])
        var lines = ""
        for number in 0..<Self.secretCount {
            try program.run(["put", "main/secret\(number)"], input: Self.secret(number))
            lines += "SECRET_\(number)=coffer://main/secret\(number)\n"
        }
        try lines.write(toFile: variables, atomically: false, encoding: .utf8)
        let line = "2026-11-22T04:05:06Z request 4711 answered with status 200 by host eleven in 37 ms\n"
        var block = ""
        while block.utf8.count + line.utf8.count + 40 < Self.blockLength { block += line }
        FileManager.default.createFile(atPath: text, contents: nil)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: text))
        for number in 0..<Self.blockCount {
            try file.write(contentsOf: Data((block + Self.secret(number % Self.secretCount) + "\n").utf8))
        }
        try file.close()
    }

    private func measure() async throws -> Comparison {
        let texts = Array(repeating: text, count: Self.repetitions)
        let length = try Int(FileManager.default.attributesOfItem(atPath: text)[.size] as? UInt64 ?? 0)
        let all = Self.repetitions * length
        let shorter = Self.repetitions * Self.blockCount * (Self.secret(0).utf8.count - "***".utf8.count)
        let masked = program.process(["run", "--env-file", variables, "--", "/bin/cat"])
        let plain = Process()
        plain.executableURL = URL(fileURLWithPath: "/bin/sh")
        let seconds = try await Stopwatch.turns(3) {
            try Self.drain(masked.again(adding: texts), expecting: all - shorter)
        } against: {
            try Self.drain(plain.again(adding: ["-c", #"/bin/cat "$@" | /bin/cat"#, "sh"] + texts), expecting: all)
        }
        let rate = Int(Double(all) / seconds.measured / 1_000_000)
        return Comparison(
            row: "masking", what: "a child's output with \(Self.secretCount) secrets (\(rate) MB/s)",
            against: "cat through the same pipes (\(Int(Double(all) / seconds.reference / 1_000_000)) MB/s)",
            seconds: seconds, unit: "\(all / 1_000_000) MB", target: 4)
    }

    /// Runs a process and reads what it prints.
    private static func drain(_ process: Process, expecting count: Int) throws {
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        try? pipe.fileHandleForWriting.close()
        var total = 0
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let some = read(pipe.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
            guard some > 0 else { break }
            total += some
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError.childFailed(process.terminationStatus) }
        guard total == count else { throw BenchError.wrongCount }
    }
}

extension Process {
    /// One like it with more arguments: a process can be run once.
    fileprivate func again(adding more: [String]) -> Process {
        let process = Process()
        process.executableURL = executableURL
        process.arguments = (arguments ?? []) + more
        process.environment = environment
        return process
    }
}
