// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CAnswers
import CofferVault
import Foundation

/// The tool behind `make hostile`; `Hostile/run` says what is tried and counts what it ended in.
@main
struct HostileBytes {
    /// `make FOLDER` makes the vault, `count FOLDER` lists the kinds of cases and how many there are, and
    /// `run FOLDER SCRATCH` reads numbers of cases and answers each with `NUMBER KIND OUTCOME`; `rows FOLDER SCRATCH` does so with
    /// the rows in a PostgreSQL database, where cases of files are impossible.
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("make", 2):
            try await Fixture.make(in: arguments[1])
        case ("count", 2):
            for kind in try Cases(Fixture(loading: arguments[1])).kinds { print(kind.name, kind.count) }
        case ("run", 3):
            try await run(arguments[1], scratch: arguments[2], nil)
        case ("rows", 3):
            let path = try Fixture(loading: arguments[1]).path
            try await run(
                arguments[1], scratch: arguments[2],
                DatabaseRows(copying: path, beside: arguments[2] + "/database"))
        default:
            FileHandle.standardError.write(Data("usage: make FOLDER | count FOLDER | run|rows FOLDER SCRATCH\n".utf8))
            exit(64)
        }
    }

    private static func run(_ folder: String, scratch: String, _ rows: DatabaseRows?) async throws {
        let fixture = try Fixture(loading: folder)
        let cases = try Cases(fixture)
        var before = try await Contents.read(fixture) { try DirectStore(fixture.oldPath) }
        guard before.isWhole else { throw Unusable("the vault in the middle does not read whole: \(before)") }
        before.opened = nil
        var truth = try await Contents.read(fixture) {
            if let rows { return rows.store }
            return try DirectStore(fixture.path)
        }
        guard truth.isWhole, let (store, vault) = truth.opened else {
            throw Unusable("the vault that nobody changed does not read whole: \(truth)")
        }
        let baseline = try await vault.verify()
        guard baseline.isSound else { throw Unusable("the vault that nobody changed is not sound: \(baseline)") }
        _ = try await Vault.unlock(
            store, with: fixture.identity, remembering: fixture.seen, now: { Fixture.now })
        truth.opened = nil
        var asked: UInt64 = 0
        var remembered: UInt64 = 0
        coffer_answers(&asked, &remembered)
        guard remembered > 0 else { throw Unusable("libsodium is asked each time: CAnswers is not linked before it") }
        while let line = readLine() {
            guard let number = Int(line), let (kind, change) = cases[number] else { throw Unusable(line) }
            var ended: String?
            if let rows {
                ended = try await rows.with(change) {
                    try await outcome(of: change, fixture, truth, before, baseline) { rows.store }
                }
            } else {
                let place = try Scratch(scratch)
                if try change.apply(to: place, of: fixture) {
                    ended = try await outcome(of: change, fixture, truth, before, baseline) {
                        try DirectStore(place.vault)
                    }
                    place.remove()
                }
            }
            answer("\(number) \(kind) \(ended ?? "impossible")")
        }
    }

    /// What a changed vault ended in, and who notices.
    private static func outcome(
        of change: any Change, _ fixture: Fixture, _ truth: Contents, _ before: Contents, _ baseline: VerifyReport,
        _ open: () throws -> any VaultStore
    ) async throws -> String {
        let found = try await Contents.read(fixture, open)
        let judgement = Judgement.of(found, truth, before: before)
        // Rows are looked at by whoever checks the whole, too; of files only what shows nothing wrong by itself.
        switch judgement {
        case .wrong, .strange: return judgement.outcome
        case .same, .refused: guard change is RowChange else { return judgement.outcome }
        case .hidden, .altered, .older: break
        }
        return judgement.outcome + " " + (await Judgement.witnesses(of: found, fixture, baseline))
    }

    /// One line, written at once, so that a crash loses none that went before.
    private static func answer(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}

/// The tool can't work.
struct Unusable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A folder in which one case's files lie.
struct Scratch {
    /// The vault's file.
    let vault: String
    private let folder: String

    init(_ parent: String) throws {
        folder = parent + "/case"
        vault = folder + "/vault.db"
        remove()
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// Writes the file or one beside it.
    func write(_ bytes: Data, suffix: String = "") throws {
        guard
            FileManager.default.createFile(
                atPath: vault + suffix, contents: bytes, attributes: [.posixPermissions: 0o600])
        else { throw Unusable("can't write \(vault + suffix)") }
    }
}
