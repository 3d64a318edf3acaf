// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if os(Linux)
import Foundation
import NIOSSL
import Testing

@testable import CofferOAuth

@Suite struct `The system's authorities` {
    /// Runs a body with a file of authorities in a folder of its own.
    private func with(_ text: String, _ body: (_ file: String, _ folder: String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "coffer-roots-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/roots.pem"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try body(file, folder)
    }

    private func first(_ trust: SystemRoots.Trust) -> NIOSSLCertificate? {
        guard case .certificates(let certificates)? = trust.further.first else { return nil }
        return certificates.first
    }

    @Test func `are read once, and the folder is left to the library`() throws {
        try with(TestCertificates.authorityPEM) { file, folder in
            let roots = SystemRoots(files: ["\(folder)/absent", file], folder: folder)
            let (one, other) = (roots.trust(), roots.trust())
            let expected = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authorityPEM.utf8))
            #expect(one.roots == .file(folder))
            #expect(one.further == [.certificates(expected)])
            let (left, right) = (try #require(first(one)), try #require(first(other)))
            #expect(left === right)
        }
    }

    @Test func `are read again when the file is another`() throws {
        try with(TestCertificates.authorityPEM) { file, folder in
            let roots = SystemRoots(files: [file], folder: folder)
            let before = roots.trust()
            try Data(TestKeys.certificate.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            let expected = try NIOSSLCertificate.fromPEMBytes(Array(TestKeys.certificate.utf8))
            #expect(roots.trust().further == [.certificates(expected)])
            #expect(roots.trust() != before)
        }
    }

    @Test func `are told from those of another time, in the file and in the folder`() throws {
        try with(TestCertificates.authorityPEM) { file, folder in
            let hashes = "\(folder)/hashes"
            let files = FileManager.default
            try files.createDirectory(atPath: hashes, withIntermediateDirectories: false)
            let roots = SystemRoots(files: [file], folder: hashes)
            let first = roots.identity()
            #expect(roots.identity() == first)
            try Data(TestKeys.certificate.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            let second = roots.identity()
            #expect(second != first)
            // Another folder in its place: its time alone may be too coarse to tell.
            try files.moveItem(atPath: hashes, toPath: "\(folder)/before")
            try files.createDirectory(atPath: hashes, withIntermediateDirectories: false)
            #expect(roots.identity() != second)
        }
    }

    @Test func `are all there is without a folder`() throws {
        try with(TestCertificates.authorityPEM) { file, folder in
            let expected = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authorityPEM.utf8))
            let trust = SystemRoots(files: [file], folder: "\(folder)/absent").trust()
            #expect(trust == SystemRoots.Trust(roots: .certificates(expected), further: []))
        }
    }

    @Test(arguments: ["", "no certificate"])
    func `are the library's choice where the file is none, or is not there`(_ text: String) throws {
        try with(text) { file, folder in
            for path in [file, folder, "\(folder)/absent"] {
                let trust = SystemRoots(files: [path], folder: folder).trust()
                #expect(trust == SystemRoots.Trust(roots: .default, further: []))
            }
        }
    }
}
#endif
