// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file of lines of one size that is only ever added to; each ends with a check, so that what a power cut tore is passed over.
///
/// A line is its body and the first 4 bytes of the body's hash: no proof of who wrote it.
struct CheckedLines: Sendable {
    /// The largest file that is read, in bytes.
    static let largest = 64 << 20
    private static let checkByteCount = 4
    /// The most bytes between lines that are passed over: what power cuts tear is some lines and some blocks of zeros, and a file
    /// of anything else must not keep whoever opens it busy.
    static let tornByteLimit = 1 << 18

    /// The file.
    let path: String
    /// The size of a line's body.
    let bodyByteCount: Int

    /// Adds lines in one write, without a sync.
    ///
    /// - Throws: ``VaultError`` of the file system.
    func append(_ bodies: [[UInt8]]) throws(VaultError) {
        guard !bodies.isEmpty else { return }
        try AtomicFile.makeFolder(FilePathText.folder(of: path))
        let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
        try file.makePrivate(path)
        try file.write(bodies.flatMap(Self.line), to: path)
    }

    /// Puts a file of these lines in the place of the present one.
    ///
    /// - Throws: ``VaultError`` of the file system; the file is then as it was.
    func replace(with bodies: [[UInt8]]) throws(VaultError) {
        try AtomicFile.write(bodies.flatMap(Self.line), to: path, replacing: true)
    }

    /// The bodies of all lines that can be read, in order.
    ///
    /// - Throws: ``VaultError`` of the file system; a file that is not there is empty.
    func bodies() throws(VaultError) -> [[UInt8]] {
        guard AtomicFile.exists(path) else { return [] }
        let file = try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        return Self.bodies(in: try file.contents(named: path, limit: Self.largest), of: bodyByteCount)
    }

    /// The bodies of the whole lines among some bytes.
    static func bodies(in bytes: [UInt8], of bodyByteCount: Int) -> [[UInt8]] {
        let lineByteCount = bodyByteCount + checkByteCount
        var found: [[UInt8]] = []
        var place = 0
        var tornByteCount = 0
        while place + lineByteCount <= bytes.count, tornByteCount < tornByteLimit {
            let body = Array(bytes[place..<place + bodyByteCount])
            if bytes[(place + bodyByteCount)..<(place + lineByteCount)].elementsEqual(check(of: body)) {
                found.append(body)
                place += lineByteCount
            } else {
                // Behind a torn line the next begins anywhere.
                place += 1
                tornByteCount += 1
            }
        }
        return found
    }

    private static func line(_ body: [UInt8]) -> [UInt8] { body + check(of: body) }

    private static func check(of body: [UInt8]) -> ArraySlice<UInt8> {
        Digest(hashing: body).bytes.prefix(checkByteCount)
    }
}
