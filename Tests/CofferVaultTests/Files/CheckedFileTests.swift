// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation
import Testing

@Suite struct CheckedFileTests {
    @Test func `a private file is read whole`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a secret\n", to: "identity")
        #expect(Sample.text(try CheckedFile.read(path, limit: 64)) == "a secret\n")
        let empty = try folder.write("", to: "empty", mode: 0o400)
        #expect(try CheckedFile.read(empty, limit: 64).isEmpty)
    }

    @Test(arguments: [0, 1, 4095, 4096, 4097, 8192, 8193, 20_000])
    func `what is read to its end is whole, from a file and from what has no size`(byteCount: Int) throws {
        let folder = try TemporaryFolder()
        let text = String((0..<byteCount).map { Character(UnicodeScalar(UInt8(97 + $0 % 23))) })
        let file = try FileDescriptor(opening: folder.write(text, to: "file"), O_RDONLY)
        #expect(Sample.text(try CheckedFile.contents(of: file.number, named: "file", limit: 1 << 20)) == text)
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try pipe.fileHandleForWriting.close()
        let end = pipe.fileHandleForReading.fileDescriptor
        #expect(Sample.text(try CheckedFile.contents(of: end, named: "pipe", limit: 5000)) == text.prefix(5000))
    }

    @Test(arguments: [0o604, 0o640, 0o660, 0o601, 0o644, 0o620, 0o666])
    func `a file that group or others may touch is refused`(mode: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a secret", to: "identity", mode: mode)
        let error = #expect(throws: VaultError(.unsafePermissions, "")) { _ = try CheckedFile.read(path, limit: 64) }
        #expect(error?.message.contains("chmod 600") == true)
    }

    @Test func `a symbolic link is not followed`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a secret", to: "identity")
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: path)
        #expect(throws: VaultError(.unsafePermissions, "")) { _ = try CheckedFile.read(folder.file("link"), limit: 64) }
    }

    @Test(.timeLimit(.minutes(1))) func `a named pipe is refused without waiting for a writer`() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(throws: VaultError(.unsafePermissions, "")) { _ = try CheckedFile.read(folder.file("pipe"), limit: 64) }
    }

    @Test func `a folder and a file that is not there are refused`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: VaultError(.unsafePermissions, "")) { _ = try CheckedFile.read(folder.path, limit: 64) }
        #expect(throws: VaultError(.missing, "")) { _ = try CheckedFile.read(folder.file("none"), limit: 64) }
    }

    @Test func `a file beyond the limit is refused`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("12345", to: "identity")
        #expect(Sample.text(try CheckedFile.read(path, limit: 5)) == "12345")
        #expect(throws: VaultError(.tooLarge, "")) { _ = try CheckedFile.read(path, limit: 4) }
    }

    @Test(arguments: [0o770, 0o707, 0o722])
    func `a folder above in which others may write is refused, however far above`(mode: Int) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("a/b"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for path in [try folder.write("a secret", to: "a/identity"), try folder.write("a secret", to: "a/b/identity")] {
            #expect(try !CheckedFile.read(path, limit: 64).isEmpty)
        }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file("a"))
        for name in ["a/identity", "a/b/identity"] {
            let error = #expect(throws: VaultError(.unsafePermissions, "")) {
                _ = try CheckedFile.read(folder.file(name), limit: 64)
            }
            #expect(error?.message.contains("chmod go-w") == true)
        }
        // Sticky, as /tmp is: nobody can rename what is another's.
        try FileManager.default.setAttributes([.posixPermissions: mode | 0o1000], ofItemAtPath: folder.file("a"))
        #expect(try !CheckedFile.read(folder.file("a/b/identity"), limit: 64).isEmpty)
    }

    @Test func `a link to the folder is judged by where it leads`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("shared"), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        _ = try folder.write("a secret", to: "shared/identity")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.file("shared"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: folder.file("shared"))
        #expect(throws: VaultError(.unsafePermissions, "")) {
            _ = try CheckedFile.read(folder.file("link/identity"), limit: 64)
        }
    }
}
