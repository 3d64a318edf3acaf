// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The name of one entry of a vault: `main/amocrm/acme`.
///
/// A path has 2 to 8 segments of 1 to 64 characters from `[a-z0-9._-]`, each beginning with a
/// letter or digit, so that no path is `..`, hidden, or different on another file system.
/// The first segment is the space, the unit of cryptographic access.
public struct CredentialPath: Sendable {
    /// How many segments a path has.
    package static let segmentCounts = 2...8

    /// The longest segment, in characters.
    package static let longestSegment = 64

    /// What all copies share, with the hash: a path is looked up at each hand-out, and texts are dear to hash.
    private final class Storage: Sendable {
        let segments: [String]
        let hash: Int

        init(_ segments: [String]) {
            self.segments = segments
            hash = segments.hashValue
        }
    }

    private let storage: Storage

    /// The parts between the slashes, the space first.
    public var segments: [String] { storage.segments }

    /// Reads a path from its text.
    ///
    /// - Parameter text: the segments joined with `/`, without one at the beginning or the end.
    /// - Throws: `CredentialError` with the code `invalid_path`. Its message does not repeat the
    ///   text: what was given by mistake may be a secret.
    public init(_ text: String) throws(CredentialError) {
        let segments = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard Self.segmentCounts.contains(segments.count) else {
            throw CredentialError(
                .invalidPath,
                message: "a path has \(Self.segmentCounts.lowerBound) to \(Self.segmentCounts.upperBound) segments "
                    + "joined with '/', as in main/amocrm/acme; this one has \(segments.count)")
        }
        for (index, segment) in segments.enumerated() where !Self.isSegment(segment) {
            throw CredentialError(
                .invalidPath,
                message: "segment \(index + 1) of the path is not 1 to \(Self.longestSegment) characters of "
                    + "a-z, 0-9, '.', '_' and '-' that begin with a letter or digit")
        }
        storage = Storage(segments.map { String(decoding: $0, as: UTF8.self) })
    }

    /// The first segment: the space that the entry belongs to.
    public var space: String { segments[0] }

    /// The path without its last segment, or `nil` where that would be a space and no path.
    ///
    /// The parent of a connection is its app.
    public var parent: CredentialPath? {
        segments.count > Self.segmentCounts.lowerBound ? CredentialPath(checked: segments.dropLast()) : nil
    }

    /// Keeps segments that have been checked.
    private init(checked segments: some Sequence<String>) {
        storage = Storage(Array(segments))
    }

    /// The hash of the segments, computed already.
    package var storedHash: Int { storage.hash }

    /// The same for all copies of a path, and for as long as there is one; an equal path that was read apart has another.
    package var identity: ObjectIdentifier { ObjectIdentifier(storage) }

    /// Whether the bytes are one segment of a path.
    private static func isSegment(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, bytes.count <= longestSegment, isLetterOrDigit(first) else { return false }
        return bytes.allSatisfy { byte in
            isLetterOrDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
        }
    }

    /// Whether the byte is one of `a-z` and `0-9`.
    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

// MARK: - Hashable

extension CredentialPath: Hashable {
    /// Compares the segments.
    public static func == (lhs: CredentialPath, rhs: CredentialPath) -> Bool {
        lhs.storage === rhs.storage
            || lhs.storage.hash == rhs.storage.hash && lhs.storage.segments == rhs.storage.segments
    }

    /// Hashes what the segments were hashed to.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(storage.hash)
    }
}

// MARK: - CustomStringConvertible

extension CredentialPath: CustomStringConvertible {
    /// The text that the path was read from.
    public var description: String { segments.joined(separator: "/") }
}

// MARK: - Comparable

extension CredentialPath: Comparable {
    /// Orders by segments, so that a parent stands before its children and siblings stand together.
    public static func < (lhs: CredentialPath, rhs: CredentialPath) -> Bool {
        lhs.segments.lexicographicallyPrecedes(rhs.segments)
    }
}

// MARK: - Codable

extension CredentialPath: Codable {
    /// Reads the path from one string, checked as in ``init(_:)``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try CredentialPath(container.decode(String.self))
        } catch let error as CredentialError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    /// Writes the path as one string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
