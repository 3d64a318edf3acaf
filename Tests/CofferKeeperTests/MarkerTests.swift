// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation
import Logging
import Synchronization
import Testing

@testable import CofferKeeper

@Suite struct `A secret` {
    /// What every secret of ``RegistrationServer`` begins with.
    private static let marker = "zq7-marker"

    @Test func `is in no error, log, view, report or file, whatever is done with it`() async throws {
        try await RegistrationWorld.with { world in
            let transcript = Transcript()
            let path = RegistrationWorld.path
            for fault in 0..<12 {
                // One write after the other fails, so that every way out is taken, the spill among them.
                let keeper = try await world.keeper(log: transcript.log) { write, _ in
                    if fault > 0, write >= fault { throw VaultError(.diskFull, "there is no room") }
                }
                await transcript.note { try await keeper.token(path, minimumValidity: .seconds(1)).note }
                await transcript.note { try await keeper.refresh(.forced(path)) }
                await transcript.note { try await keeper.status() }
                await transcript.note { try await keeper.apps() }
                await transcript.note { try await keeper.list() }
                await transcript.note {
                    try await keeper.put(KeeperWorld.path("main/x/y"), Secret("zq7-marker-static"))
                }
                await transcript.note { try await keeper.get(path, field: "refresh_token") }
                await transcript.note { try await keeper.get(path, field: "zq7-marker-no-field").byteCount }
                await transcript.note { try await keeper.importRefreshToken(path, Secret("zq7-marker-import")) }
                let other = KeeperWorld.path("main/as/other")
                await transcript.note { try await keeper.importRefreshToken(other, Secret("zq7-marker-import")) }
                await transcript.note { try await keeper.connectClientCredentials(other) }
                await transcript.note { try await keeper.credential(for: CredentialRequest(path: path)) }
                let credential = Credential(path: path, value: Secret("zq7-marker-rejected"), version: 1)
                await transcript.note { try await keeper.report(rejected: credential) }
                await transcript.note { credential }
                await keeper.landed()
                world.time.advance(by: 700)
            }
            let keeper = try await world.keeper(log: transcript.log)
            let id = try await keeper.openRotation(of: RegistrationWorld.app)
            await transcript.note {
                try await keeper.resumeRotation(
                    id, operator: ScriptedOperator([{ "zq7-marker secret of an operator" }])
                ) {
                    transcript.add($0)
                }
            }
            let report = try await keeper.rotation(id)
            #expect(report.state == .closed)
            transcript.add(report.text)
            transcript.add(keeper)
            transcript.add(try await keeper.pair(path))
            transcript.add(try await keeper.vault.ownAudit())
            #expect(transcript.text.utf8.count > 10_000)
            let found = transcript.text.ranges(of: Self.marker).map { range in
                transcript.text[..<range.lowerBound].suffix(60) + "|" + transcript.text[range.lowerBound...].prefix(40)
            }
            // The name of a field that a person mistyped is not a secret.
            #expect(found.filter { !$0.contains("zq7-marker-no-field") } == [])
            for (name, bytes) in try world.files() {
                #expect(bytes.range(of: Data(Self.marker.utf8)) == nil, "\(name)")
            }
        }
    }

    @Test func `of an emulated provider is in no file either`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            // Open while the files are read, so that the write-ahead log is among them.
            let keeper = try await world.keeper()
            _ = try await keeper.refresh(.forced(KeeperWorld.path("main/crm/acme")))
            let secrets = try await [
                world.token("acme"), world.refreshToken("acme"), world.sandbox.integration.clientSecret,
            ]
            let files = try #require(FileManager.default.enumerator(atPath: "\(world.folder)/data"))
            var count = 0
            for case let name as String in files {
                guard let bytes = FileManager.default.contents(atPath: "\(world.folder)/data/\(name)") else { continue }
                count += 1
                for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)") }
            }
            #expect(count >= 4)
            await keeper.landed()
        }
    }
}

/// Everything that could be shown: values by description, debug description and dump, errors, log lines.
private final class Transcript: Sendable {
    private let written = Mutex("")

    var text: String { written.withLock { $0 } }

    var log: KeeperLog {
        KeeperLog(Logger(label: "test") { _ in Handler(transcript: self) })
    }

    func add(_ value: Any) {
        var text = "\(value)\n\(String(reflecting: value))\n"
        dump(value, to: &text, maxDepth: 12, maxItems: 5000)
        let addition = text
        written.withLock { $0 += addition }
    }

    func note(_ body: () async throws -> some Any) async {
        do { add(try await body()) } catch {
            add(error)
            add(CredentialFailure.translated(error, path: nil))
        }
    }

    private struct Handler: LogHandler {
        let transcript: Transcript
        var logLevel = Logger.Level.trace
        var metadata = Logger.Metadata()
        var metadataProvider: Logger.MetadataProvider?

        init(transcript: Transcript) { self.transcript = transcript }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { transcript.add("\(event.message) \(event.metadata ?? [:])") }
    }
}
