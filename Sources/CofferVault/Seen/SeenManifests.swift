// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The manifests that this machine has seen, in a file of their own: a restore must not bring back whoever was removed,
/// even where the vault itself is gone.
///
/// They are public, signed and chained; whoever uses them follows the chain as if they came out of a vault.
///
/// ```
/// label "coffer seen manifests 1" ‖ list32( signed manifest var )
/// ```
package struct SeenManifests: Sendable {
    /// The largest file that is read, in bytes.
    private static let largest = 64 << 20

    /// The file.
    package let path: String

    /// Names the file of a vault in a folder.
    package init(folder: String, vaultID: VaultID) {
        path = "\(folder)/\(vaultID).manifests"
    }

    /// Replaces the file, synced; one that goes further already stays.
    ///
    /// - Throws: ``VaultError`` of the file system, and ``VaultError/Code/busy``.
    func write(_ chain: [[UInt8]]) throws(VaultError) {
        try AtomicFile.makeFolder(FilePathText.folder(of: path))
        let lock = try FileLock(path + ".lock")
        defer { withExtendedLifetime(lock) {} }
        // Two processes may come here in another order than they committed in.
        if let present = try? read(), present.count >= chain.count, present.starts(with: chain) { return }
        try AtomicFile.write(Self.encoded(chain), to: path, replacing: true)
    }

    /// Reads the file; none is empty.
    ///
    /// - Throws: ``VaultError/damaged``, ``VaultError/Code/unreadable``.
    func read() throws(VaultError) -> [[UInt8]] {
        guard AtomicFile.exists(path) else { return [] }
        let file = try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        return try Self.chain(in: file.contents(named: path, limit: Self.largest))
    }

    /// What the file holds for a chain.
    static func encoded(_ chain: [[UInt8]]) -> [UInt8] {
        var writer = CanonicalWriter(Labels.seenManifests)
        writer.integer(UInt32(chain.count))
        for bytes in chain { writer.variable(bytes) }
        return writer.bytes
    }

    /// The chain that a file's bytes hold; nothing is verified.
    ///
    /// - Throws: ``VaultError/damaged``.
    static func chain(in bytes: [UInt8]) throws(VaultError) -> [[UInt8]] {
        var reader = CanonicalReader(bytes)
        try reader.label(Labels.seenManifests)
        var chain: [[UInt8]] = []
        for _ in 0..<(try reader.integer(UInt32.self)) { chain.append(try reader.variable()) }
        try reader.finish()
        return chain
    }
}
