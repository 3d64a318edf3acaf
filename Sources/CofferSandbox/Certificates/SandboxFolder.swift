// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The private folder (0700) in which a sandbox leaves what its clients need, each file 0600.
struct SandboxFolder: Sendable {
    /// The path of the folder.
    let path: String
    private let isTemporary: Bool
    private static let fileNames = ["ca.pem", "sandbox.json"]

    /// Opens or makes a folder; `nil` makes a temporary one.
    ///
    /// - Throws: ``SandboxError`` with code `folder` if it cannot be made, or exists and other users may enter it.
    init(_ path: String?) throws(SandboxError) {
        guard let path else {
            var template = Array((NSTemporaryDirectory() + "/coffer-sandbox-XXXXXX").utf8CString)
            // mkdtemp makes the folder 0700 (POSIX.1-2017).
            guard mkdtemp(&template) != nil else {
                throw SandboxError(.folder, "A temporary folder could not be made.")
            }
            self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            isTemporary = true
            return
        }
        self.path = path
        isTemporary = false
        guard mkdir(path, 0o700) != 0 else { return }
        guard errno == EEXIST else {
            throw SandboxError(.folder, "The folder \(path) could not be made.")
        }
        // Not stat(2): Swift's overlay of it belongs to different modules on different systems.
        let attributes = (try? FileManager.default.attributesOfItem(atPath: path)) ?? [:]
        guard attributes[.type] as? FileAttributeType == .typeDirectory,
            (attributes[.ownerAccountID] as? NSNumber)?.uint32Value == geteuid()
        else {
            throw SandboxError(.folder, "\(path) is not a folder of yours.")
        }
        guard let mode = attributes[.posixPermissions] as? NSNumber, mode.intValue & 0o077 == 0 else {
            throw SandboxError(.folder, "Other users may enter the folder \(path): run chmod 700 on it.")
        }
    }

    /// The path of a file in the folder.
    func path(of name: String) -> String { path + "/" + name }

    /// Puts a file in place, 0600, whole or not at all.
    func write(_ contents: Data, to name: String) throws(SandboxError) {
        let final = path(of: name)
        let draft = final + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SandboxError(.folder, "\(draft) could not be made.") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: contents)
            try file.close()
        } catch {
            unlink(draft)
            throw SandboxError(.folder, "\(draft) could not be written.")
        }
        guard rename(draft, final) == 0 else {
            unlink(draft)
            throw SandboxError(.folder, "\(final) could not be replaced.")
        }
    }

    /// Takes the files away, and the folder if it was temporary: they are worth nothing once the sandbox has stopped.
    func clean() {
        for name in Self.fileNames { unlink(path(of: name)) }
        if isTemporary { rmdir(path) }
    }
}
