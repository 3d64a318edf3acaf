// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Testing

@testable import CofferOAuth

@Suite struct `A pool of clients` {
    private func key(_ host: String) throws -> PinnedClient.Key {
        PinnedClient.Key(
            host: host, address: try #require(IPAddress("127.0.0.1")), certificateAuthorityPEM: nil,
            clientCertificate: nil)
    }

    @Test func `lends the one that came back`() async throws {
        let (pool, key) = (ClientPool(), try key("a.example"))
        let client = try await pool.take(key, connectTimeLimit: .seconds(5))
        await pool.giveBack(client, isReusable: true)
        let again = try await pool.take(key, connectTimeLimit: .seconds(5))
        #expect(again === client)
        await pool.giveBack(again, isReusable: true)
        await pool.shutdown()
    }

    @Test func `lends none that believes other authorities than the system does by now`() async throws {
        let pool = ClientPool()
        var (before, now) = (try key("a.example"), try key("a.example"))
        (before.roots, now.roots) = ([1], [2])
        let client = try await pool.take(before, connectTimeLimit: .seconds(5))
        await pool.giveBack(client, isReusable: true)
        let other = try await pool.take(now, connectTimeLimit: .seconds(5))
        #expect(other !== client)
        await pool.giveBack(other, isReusable: true)
        await pool.shutdown()
    }

    @Test func `has shut down all that came back once it is shut down, also those that it had no room for`()
        async throws
    {
        let pool = ClientPool()
        var clients: [PinnedClient] = []
        for number in 0..<40 {
            clients.append(try await pool.take(key("a\(number).example"), connectTimeLimit: .seconds(5)))
        }
        for (number, client) in clients.enumerated() { await pool.giveBack(client, isReusable: number > 3) }
        await pool.shutdown()
        #expect(await pool.closingCount == 0)
        for client in clients {
            await #expect(throws: HTTPClientError.alreadyShutdown) { try await client.http.shutdown() }
        }
    }

    @Test func `has shut down what comes back later as soon as that is back`() async throws {
        let pool = ClientPool()
        let client = try await pool.take(key("a.example"), connectTimeLimit: .seconds(5))
        await pool.shutdown()
        await pool.giveBack(client, isReusable: true)
        await #expect(throws: HTTPClientError.alreadyShutdown) { try await client.http.shutdown() }
    }
}
