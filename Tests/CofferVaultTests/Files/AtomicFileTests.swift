// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import Testing

@Suite struct AtomicFileTests {
    private static func write(_ text: String, to path: String, replacing: Bool = false) throws {
        try Array(text.utf8).withUnsafeBytes { try AtomicFile.write($0, to: path, replacing: replacing) }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func `a file is written with mode 0600 and nothing is left beside it`() throws {
        let folder = try TemporaryFolder()
        try Self.write("one", to: folder.file("a"))
        #expect(try Self.text(folder.file("a")) == "one")
        #expect(try folder.mode("a") == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }

    @Test(.enabled(if: TemporaryFolder.takesUnnamedFiles))
    func `a file has no name before it is whole, and leaves nothing where it gets none`() throws {
        let folder = try TemporaryFolder()
        let names = { try FileManager.default.contentsOfDirectory(atPath: folder.path) }
        try Array("one".utf8).withUnsafeBytes { bytes in
            let file = try UnnamedFile(for: folder.file("a"), bytes)
            #expect(try names() == [])
            try file.put(replacing: false)
            #expect(try names() == ["a"])
            let other = try UnnamedFile(for: folder.file("a"), bytes)
            #expect(throws: VaultError(.exists, "")) { try other.put(replacing: false) }
            #expect(try names() == ["a"])
        }
        #expect(try folder.mode("a") == 0o600)
        #expect(try names() == ["a"])
    }

    @Test func `a file that is there is replaced only on request`() throws {
        let folder = try TemporaryFolder()
        try Self.write("one", to: folder.file("a"))
        #expect(throws: VaultError(.exists, "")) { try Self.write("two", to: folder.file("a")) }
        #expect(try Self.text(folder.file("a")) == "one")
        try Self.write("two", to: folder.file("a"), replacing: true)
        #expect(try Self.text(folder.file("a")) == "two")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
    }

    @Test func `a link in the place of the file is not followed`() throws {
        let folder = try TemporaryFolder()
        let target = try folder.write("kept", to: "target")
        try FileManager.default.createSymbolicLink(atPath: folder.file("a"), withDestinationPath: target)
        #expect(throws: VaultError(.exists, "")) { try Self.write("new", to: folder.file("a")) }
        try Self.write("new", to: folder.file("a"), replacing: true)
        #expect(try Self.text(target) == "kept")
        #expect(try Self.text(folder.file("a")) == "new")
    }

    @Test func `a folder that is not there is an error`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: VaultError(.missing, "")) { try Self.write("one", to: folder.file("none/a")) }
    }

    @Test func `folders are made with mode 0700 as deep as needed`() throws {
        let folder = try TemporaryFolder()
        try AtomicFile.makeFolder(folder.file("a/b/c"))
        try AtomicFile.makeFolder(folder.file("a/b/c"))
        for name in ["a", "a/b", "a/b/c"] { #expect(try folder.mode(name) == 0o700) }
        #expect(AtomicFile.exists(folder.file("a/b")))
        #expect(!AtomicFile.exists(folder.file("a/x")))
    }

    @Test func `a mode that the umask took from is put right`() throws {
        let folder = try TemporaryFolder()
        let file = try FileDescriptor(opening: folder.file("a"), O_WRONLY | O_CREAT | O_EXCL, mode: 0)
        #expect(try folder.mode("a") == 0)
        try file.makePrivate(folder.file("a"))
        #expect(try folder.mode("a") == 0o600)
    }

    @Test(arguments: [("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b/c", "a/b", "c")])
    func `paths come apart`(path: String, folder: String, name: String) {
        #expect(FilePathText.folder(of: path) == folder)
        #expect(FilePathText.name(of: path) == name)
    }

    @Test(arguments: [
        (ENOENT, VaultError.Code.missing), (ENOSPC, .diskFull), (EDQUOT, .diskFull), (EACCES, .unreadable),
        (EROFS, .unreadable), (ELOOP, .unsafePermissions), (EIO, .unreadable),
    ])
    func `errors of the system have a code and name the file`(number: Int32, code: VaultError.Code) {
        let error = SystemFailure.error(number, "write", "/x/file")
        #expect(error.code == code)
        #expect(error.message.contains("/x/file"))
    }
}
