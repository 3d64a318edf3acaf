// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Crypto
import Foundation
import NIOHTTP1
import Testing

@Suite struct `The request log` {
    @Test func `it knows what was sent and what was not`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            let log = client.sandbox.log
            #expect(log.wasSent(secret: client.sandbox.integration.clientSecret))
            #expect(!log.wasSent(secret: pair.refresh))
            #expect(!log.wasSent(secret: pair.access))
            _ = try await client.token(refreshToken: pair.refresh)
            _ = try await client.account(accessToken: pair.access)
            #expect(log.requests(carrying: pair.refresh).map(\.endpoint) == [.token])
            #expect(log.requests(carrying: pair.access).map(\.endpoint) == [.account])
        }
    }

    @Test func `a record tells method, host, names and status`() async throws {
        try await withClient { client in
            _ = try await client.connect()
            let record = try #require(client.sandbox.log.requests(for: .token, account: "acme").first)
            #expect(record.number == 2)
            #expect(record.method == "POST")
            #expect(record.host == "acme.amocrm.localhost")
            #expect(record.path == "/oauth2/access_token")
            #expect(record.grantType == "authorization_code")
            #expect(record.fieldNames == ["client_id", "client_secret", "code", "grant_type", "redirect_uri"])
            #expect(record.status == 200)
        }
    }

    @Test(arguments: ["header", "basic", "query", "path", "name", "user agent", "body"])
    func `a secret is found wherever a broken client puts it, and kept nowhere`(place: String) async throws {
        try await withClient { client in
            let secret = "Marker0123456789"
            let host = "acme.\(client.base)"
            let log = client.sandbox.log
            #expect(!log.wasSent(secret: secret))
            switch place {
            case "header": _ = try await client.account(accessToken: secret)
            case "basic":
                let pair = Data("id:\(secret)".utf8).base64EncodedString()
                _ = try await client.send(.GET, host, "/api/v4/account", headers: ["Authorization": "Basic \(pair)"])
            case "query": _ = try await client.send(.GET, host, "/api/v4/account?x=\(secret)")
            case "path": _ = try await client.send(.GET, host, "/operator/\(secret)")
            case "name": _ = try await client.form(host, "/oauth2/access_token", [secret: ""])
            case "user agent": _ = try await client.send(.GET, host, "/x", headers: ["User-Agent": secret])
            default: _ = try await client.send(.POST, host, "/oauth2/access_token", body: secret)
            }
            #expect(log.wasSent(secret: secret))
            let listing = try await client.send(.GET, client.base, "/sandbox/requests")
            #expect(listing.status == 200)
            #expect(!listing.text.contains("Marker"))
            #expect(!"\(log.records)".contains("Marker"))
        }
    }

    @Test func `a script can look for a secret with the salt`() async throws {
        try await withClient { client in
            _ = try await client.connect()
            let listing = try await client.send(.GET, client.base, "/sandbox/requests")
            let salt = try #require(listing.members["salt"])
            let bytes = stride(from: 0, to: salt.count, by: 2).compactMap { offset in
                UInt8(salt.dropFirst(offset).prefix(2), radix: 16)
            }
            #expect(bytes.count == 16)
            let secret = client.sandbox.integration.clientSecret
            let print = SHA256.hash(data: Data(bytes) + Data(secret.utf8)).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            #expect(listing.text.contains(print.joined()))
            #expect(!listing.text.contains(secret))
        }
    }

    @Test func `numbers go on after the log was cleared`() async throws {
        try await withClient { client in
            _ = try await client.connect()
            client.sandbox.log.clear()
            _ = try await client.token(code: "x")
            #expect(client.sandbox.log.records.map(\.number) == [3])
            #expect(client.sandbox.log.records.map(\.status) == [400])
        }
    }
}
