// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// A copy of a folder of Tests/Fixtures: what a version with the frozen format wrote, and what it said was in it.
struct FormatOneFixture {
    /// The folders, by what made them.
    enum Origin: String, CaseIterable, CustomTestStringConvertible {
        /// The first version whose format is frozen.
        case frozen = "format-1"
        /// The first that keeps long rows under a number; with a spilled answer and tokens that are bound and narrowed.
        case rows = "format-1-rows"

        var testDescription: String { rawValue }

        fileprivate var folder: URL {
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Fixtures/\(rawValue)")
        }
    }

    /// What the program that made it said.
    struct Contents: Decodable {
        struct Entry: Decodable {
            let kind: String
            /// Values by the field's name, in hexadecimal.
            let values: [String: String]

            init(from decoder: any Decoder) throws {
                var all = try decoder.singleValueContainer().decode([String: String].self)
                kind = all.removeValue(forKey: "kind") ?? ""
                values = all
            }
        }

        struct Identity: Decodable {
            let fingerprint: String
            let owner: Bool
            let departed: Bool
        }

        let bundle: [String]
        let entries: [String: Entry]
        let generations: [String: [Int]]
        let identities: [String: Identity]
        let madeAt: TimeInterval
        /// A narrower token of a connection, and its scope.
        let narrower: [String: [String: String]]?
        let passphrase: String
        let rotations: [String: String]
        let rows: [String: Int]
        /// What waits beside the vault for a connection: values by the field's name, in hexadecimal.
        let spilled: [String: [String: String]]?

        /// An entry's values once that is taken in.
        func present(_ path: String) -> [String: String] {
            (entries[path]?.values ?? [:]).merging(spilled?[path] ?? [:]) { _, spilled in spilled }
        }
    }

    /// Nothing is sent from a fixture.
    private struct NoNetwork: HTTPTransport {
        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            .notSent(TransportFailure(.resolution, "there is no network here"))
        }
    }

    let folder: URL
    let contents: Contents

    /// Gives a body a copy of its own to write to.
    static func with(_ origin: Origin, _ body: (FormatOneFixture) async throws -> Void) async throws {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "coffer-format-\(UUID().uuidString)")
        let files = FileManager.default
        try files.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(at: folder) }
        for name in try files.subpathsOfDirectory(atPath: origin.folder.path).sorted() {
            let (original, copy) = (origin.folder.appending(path: name), folder.appending(path: name))
            let isFolder = try original.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
            if isFolder {
                try files.createDirectory(at: copy, withIntermediateDirectories: false)
            } else {
                try files.copyItem(at: original, to: copy)
            }
            // A checkout knows no more of modes than whether a file is run.
            try files.setAttributes([.posixPermissions: isFolder ? 0o700 : 0o600], ofItemAtPath: copy.path)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let contents = try decoder.decode(
            Contents.self, from: Data(contentsOf: folder.appending(path: "contents.json")))
        try await body(FormatOneFixture(folder: folder, contents: contents))
    }

    /// Opens the vault, or another file, some time after it was made.
    func keeper(
        _ identity: String, _ file: String = "vault.db", after seconds: TimeInterval
    ) async throws -> Keeper {
        try await keeper(.file(folder.appending(path: "\(identity).identity").path), file, after: seconds)
    }

    /// Opens it with an identity from anywhere.
    func keeper(
        _ source: IdentitySource, _ file: String = "vault.db", after seconds: TimeInterval
    ) async throws -> Keeper {
        let now = Date(timeIntervalSince1970: contents.madeAt + seconds)
        return try await Keeper.open(
            VaultLocation(vaultPath: folder.appending(path: file).path, identity: source),
            effects: KeeperEffects(
                transport: NoNetwork(), now: { now }, clock: HastyClock(), random: { 0.5 }, log: .silent))
    }

    /// A value from ``Contents``.
    static func secret(_ hexadecimal: String) -> Secret {
        let digits = hexadecimal.compactMap { $0.hexDigitValue.map(UInt8.init) }
        return Secret(bytes: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }
}
