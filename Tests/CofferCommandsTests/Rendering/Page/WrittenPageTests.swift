// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Foundation
import Testing

@testable import CofferCommands

@Suite struct `A page in a file` {
    /// scripts/look.sh names a folder, and has what is in it drawn by a browser; else it is gone at the end.
    private static let named = ProcessInfo.processInfo.environment["COFFER_PAGES"]

    private static func with(_ body: (URL) throws -> Void) throws {
        if let named { return try body(URL(fileURLWithPath: named)) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "coffer-pages-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test(arguments: ReportSample.allCases)
    func `is there whole, for its owner, and replaces nothing unasked`(sample: ReportSample) throws {
        try Self.with { folder in
            let html = try `A rotation's page`.html(sample)
            let file = folder.appending(path: "\(sample.rawValue).html")
            let location = VaultLocation(
                vaultPath: folder.appending(path: "vault.db").path,
                identity: .file(folder.appending(path: "identity").path))
            try TargetFile(file.path, replacing: false, sparing: location).write(html)
            #expect(try Data(contentsOf: file) == Data(html.utf8))
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(throws: KeeperError.self) { try TargetFile(file.path, replacing: false, sparing: location) }
            try TargetFile(file.path, replacing: true, sparing: location).write(html)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names.filter { $0.hasPrefix("\(sample.rawValue).") } == ["\(sample.rawValue).html"])
        }
    }
}
