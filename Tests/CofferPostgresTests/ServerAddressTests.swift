// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Testing

@testable import CofferPostgres

@Suite struct `The URL of a database` {
    private static func settings(_ url: String) throws -> String { try ServerAddress(url).settings }

    @Test(arguments: [
        "postgres://ada:made-up@db.example/coffer", "postgres://db.example/coffer?password=made-up",
        "postgres://db.example/coffer?sslpassword=made-up",
    ])
    func `holds no password`(url: String) throws {
        do {
            _ = try ServerAddress(url)
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .invalidName)
            #expect(error.message.contains("PGPASSFILE") && !error.message.contains("made-up"))
        }
    }

    @Test(arguments: ["", "vault.db", "mysql://db.example/x", "postgres://[", "postgres://x/y?nothing=1"])
    func `is one that PostgreSQL takes`(url: String) {
        #expect(throws: VaultError(.invalidName, "")) { _ = try ServerAddress(url) }
    }

    @Test(arguments: [
        "postgres://db.example/coffer", "postgres:///coffer", "postgres://127.0.0.1,db.example/coffer",
        "postgres://localhost/coffer?hostaddr=192.0.2.1", "postgres://127.0.0.1.example/coffer",
        "postgres://db.example/coffer?sslmode=verify-full", "postgres://db.example/coffer?gssencmode=require",
        "postgres://127.0.0.%2B1/coffer", "postgres://0.0.0.0/coffer", "postgres://localhost,/coffer",
        "postgres:///?service=made-up", "postgres://db.example/coffer?hostaddr=127.0.0.1",
    ])
    func `leads to another machine over verified TLS`(url: String) throws {
        let settings = try Self.settings(url)
        #expect(settings.contains("sslmode='verify-full'") && settings.contains("gssencmode='disable'"))
    }

    @Test(arguments: [
        "postgres://127.0.0.1/coffer", "postgres://localhost:5433/coffer", "postgres://[::1]/coffer",
        "postgres:///coffer?host=/run/made-up", "postgres://127.0.0.1,localhost/coffer",
    ])
    func `leads to this machine as libpq likes`(url: String) throws {
        let settings = try Self.settings(url)
        #expect(!settings.contains("sslmode"))
        // What PGHOSTADDR or a service says would count before the host that the URL names.
        #expect(settings.contains("hostaddr=''"))
    }

    @Test func `leads to the address that it names on this machine, over verified TLS if it says so`() throws {
        let settings = try Self.settings("postgres://localhost/coffer?hostaddr=127.0.0.2&sslmode=verify-full")
        #expect(settings.contains("hostaddr='127.0.0.2'") && settings.contains("sslmode='verify-full'"))
    }

    @Test(arguments: ["disable", "prefer", "require", "verify-ca"])
    func `turns nothing of TLS off`(mode: String) {
        #expect(throws: VaultError(.invalidName, "")) {
            _ = try ServerAddress("postgres://db.example/coffer?sslmode=\(mode)")
        }
    }

    @Test func `keeps quotes and backslashes as they are`() throws {
        let settings = try Self.settings("postgres://localhost/a%27b%5Cc")
        #expect(settings.contains(#"dbname='a\'b\\c'"#))
    }
}
