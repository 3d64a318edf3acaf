// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferInjection

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The step of GitHub Actions that the command runs in: its log, and the file of variables for the next steps.
struct GitHubStep {
    /// What `GITHUB_ENV` names.
    private let file: String

    /// Finds the file.
    ///
    /// - Throws: ``CommandError`` `usage` outside of a step.
    init(_ environment: [String: String]) throws(CommandError) {
        guard let file = environment["GITHUB_ENV"], !file.isEmpty else {
            throw CommandError(
                "usage", message: "GITHUB_ENV names no file, as it does in a step of GitHub Actions",
                hint: "elsewhere name another --format")
        }
        self.file = file
    }

    /// Has the secrets masked, and sets the variables: in this order, and the second whole or not at all.
    ///
    /// - Parameters:
    ///   - variables: what to set.
    ///   - output: the step's standard output.
    /// - Throws: `FormatRefusal`, ``CommandError`` of the file or the output.
    func set(_ variables: [NamedValue], _ output: any OutputDevice) throws {
        let text = try GitHubFormat(variables) { Self.delimiter() }
        // Neither through a link nor into anything but a file: the runner has made it.
        let number = open(file, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard number >= 0 else { throw failure("can't be opened") }
        defer { close(number) }
        let end = lseek(number, 0, SEEK_END)
        guard end >= 0 else { throw failure("is no file") }
        var last = UInt8(ascii: "\n")
        if end > 0, pread(number, &last, 1, end - 1) != 1 { throw failure("can't be read") }
        try output.write(text.masks)
        try output.finish()
        let device = DescriptorOutput(descriptor: number, name: file)
        do {
            try device.write(text.environment(afterOpenLine: last != UInt8(ascii: "\n")))
            try device.finish()
        } catch {
            // Half an entry would fail the whole step, or give a variable half a value.
            ftruncate(number, end)
            throw error
        }
    }

    private func failure(_ what: String) -> CommandError {
        CommandError("cannot_write", message: "\(file), which GITHUB_ENV names, \(what): \(SystemMessage.text(errno))")
    }

    /// 128 random bits: nobody who writes a value can end it.
    private static func delimiter() -> String {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<2).map { _ in String(generator.next() as UInt64, radix: 16) }
        return "coffer_\(words.joined(separator: "_"))"
    }
}
