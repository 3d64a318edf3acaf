// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferSandbox
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks the sandbox's API as any other program would: what is true of a token is what the server says.
struct APIClient {
    private let sandbox: Sandbox

    init(_ sandbox: Sandbox) {
        self.sandbox = sandbox
    }

    /// The status of the account's page: 200 if the token lives, 401 if it is dead.
    func accountStatus(_ account: String, token: String) async throws -> Int {
        let host = "\(account).amocrm.localhost"
        var settings = HTTPClient.Configuration()
        settings.tlsConfiguration = .makeClientConfiguration()
        settings.tlsConfiguration?.trustRoots = .file(sandbox.caFile)
        settings.dnsOverride[host] = "127.0.0.1"
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        var request = HTTPClientRequest(url: "https://\(host):\(sandbox.port)/api/v4/account")
        request.headers = ["Authorization": "Bearer \(token)"]
        do {
            let status = try await http.execute(request, timeout: .minutes(1)).status
            try await http.shutdown()
            return Int(status.code)
        } catch {
            try? await http.shutdown()
            throw error
        }
    }
}
