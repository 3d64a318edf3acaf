// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Bytes that must not be seen: a token, a `client_secret`, an API key.
///
/// No description, mirror, log or encoder shows them; the only way in is a method whose name
/// says so, ``withExposedText(_:)`` or ``withExposedBytes(_:)``. Copies of the value share one
/// piece of memory, which is wiped when the last of them goes. What a caller copies out of the
/// closure is the caller's to wipe, and a `String` cannot be wiped at all.
///
/// Not protected: the memory may be swapped out, and whoever debugs the process reads it.
public struct Secret: Sendable {
    /// The shared memory.
    private let storage: Storage

    /// Keeps the UTF-8 bytes of a text.
    ///
    /// The text itself stays where it was, and is not wiped.
    public init(_ text: String) {
        var text = text
        storage = text.withUTF8 { Storage(UnsafeRawBufferPointer($0)) }
    }

    /// Keeps a copy of bytes.
    public init(bytes: some Sequence<UInt8>) {
        if let storage = bytes.withContiguousStorageIfAvailable({ Storage(UnsafeRawBufferPointer($0)) }) {
            self.storage = storage
            return
        }
        // No array in between: one that grows leaves copies of a secret behind.
        var storage = Storage(byteCount: max(bytes.underestimatedCount, 64))
        var byteCount = 0
        for byte in bytes {
            if byteCount == storage.bytes.count {
                let larger = Storage(byteCount: byteCount * 2)
                larger.bytes.copyMemory(from: UnsafeRawBufferPointer(storage.bytes))
                storage = larger
            }
            storage.bytes[byteCount] = byte
            byteCount += 1
        }
        self.storage = Storage(UnsafeRawBufferPointer(rebasing: storage.bytes[..<byteCount]))
    }

    /// Fills new memory in place, so that bytes read from a descriptor or a C function exist once.
    ///
    /// - Parameters:
    ///   - byteCount: how many bytes there is room for.
    ///   - fill: writes them and returns how many it wrote, which are kept.
    /// - Throws: what the closure throws.
    package init<E: Error>(
        byteCount: Int, filledBy fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) {
        let storage = Storage(byteCount: byteCount)
        let written = try fill(storage.bytes)
        precondition((0...byteCount).contains(written), "more bytes than there was room for")
        self.storage =
            written == byteCount ? storage : Storage(UnsafeRawBufferPointer(rebasing: storage.bytes[..<written]))
    }

    /// Lends bytes that somebody else keeps, such as guarded memory, for as long as there are copies of the secret.
    ///
    /// - Parameters:
    ///   - bytes: what the owner keeps; they must neither move nor change while it lives.
    ///   - owner: wipes and frees them when it goes.
    package init(lending bytes: UnsafeRawBufferPointer, keptBy owner: some AnyObject & Sendable) {
        storage = Storage(lending: bytes, keptBy: owner)
    }

    /// How many bytes there are.
    public var byteCount: Int { storage.bytes.count }

    /// Whether there are no bytes.
    public var isEmpty: Bool { storage.bytes.isEmpty }

    /// Lends the bytes to a closure.
    ///
    /// - Parameter body: must not keep the pointer: the memory is wiped and freed with the secret.
    /// - Returns: what the closure returns.
    /// - Throws: what the closure throws.
    public func withExposedBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeRawBufferPointer(storage.bytes))
    }

    /// Lends the bytes as text to a closure; bytes that are no UTF-8 become U+FFFD.
    ///
    /// - Parameter body: must not let the text out: a `String` is never wiped.
    /// - Returns: what the closure returns.
    /// - Throws: what the closure throws.
    public func withExposedText<R, E: Error>(_ body: (String) throws(E) -> R) throws(E) -> R {
        try withExposedBytes { bytes throws(E) in try body(String(decoding: bytes, as: UTF8.self)) }
    }
}

// MARK: - Equatable

extension Secret: Equatable {
    /// Compares in a time that depends on the length and on nothing else.
    ///
    /// Written by hand because this module sees no cryptography: the differences of all bytes are
    /// gathered before anything is decided. A difference in length shows, as it does anyway in
    /// what is sent over a network.
    public static func == (lhs: Secret, rhs: Secret) -> Bool {
        lhs.withExposedBytes { left in
            rhs.withExposedBytes { right in
                guard left.count == right.count else { return false }
                var difference: UInt8 = 0
                for index in left.indices { difference |= left[index] ^ right[index] }
                return difference == 0
            }
        }
    }
}

// MARK: - Descriptions

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }

    /// A mirror without children, for `dump` and for loggers that look inside.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

// MARK: - Memory

/// Memory that is wiped before it is freed.
///
/// Unchecked because of the pointer. The invariant: the bytes are written only before the value
/// that holds the storage has left its initialiser, and from then on only read, until `deinit`,
/// when nobody else has it.
private final class Storage: @unchecked Sendable {
    /// The bytes, owned by this object alone or by `owner`.
    let bytes: UnsafeMutableRawBufferPointer
    /// Who wipes and frees the bytes, if it is not this object.
    private let owner: (any AnyObject & Sendable)?

    /// Makes memory that holds zeros.
    init(byteCount: Int) {
        owner = nil
        bytes = .allocate(byteCount: byteCount, alignment: 16)
        _ = bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    /// Makes memory that holds a copy.
    convenience init(_ source: UnsafeRawBufferPointer) {
        self.init(byteCount: source.count)
        bytes.copyMemory(from: source)
    }

    /// Shows memory that somebody else owns, and never writes to it.
    init(lending bytes: UnsafeRawBufferPointer, keptBy owner: any AnyObject & Sendable) {
        self.bytes = UnsafeMutableRawBufferPointer(mutating: bytes)
        self.owner = owner
    }

    deinit {
        guard owner == nil else { return }
        // Neither call may be removed by the optimiser: explicit_bzero(3) where there is one, and
        // C11 Annex K memset_s on Darwin, which lacks it.
        if let address = bytes.baseAddress, !bytes.isEmpty {
            #if canImport(Darwin)
            _ = memset_s(address, bytes.count, 0, bytes.count)
            #else
            explicit_bzero(address, bytes.count)
            #endif
        }
        bytes.deallocate()
    }
}
