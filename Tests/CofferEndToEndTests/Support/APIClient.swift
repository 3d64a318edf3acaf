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
        let url = "https://\(host):\(sandbox.port)/api/v4/account"
        return try await Self.get(url, host: host, caFile: sandbox.caFile, token: token) { Int($0.status.code) }
    }

    /// The text of a page of a sandbox that another process runs.
    static func text(of page: String, at file: SandboxFile) async throws -> String {
        let host = "\(file.provider.rawValue).localhost"
        return try await get(file.baseURL + page, host: host, caFile: file.caFile, token: nil) { response in
            String(buffer: try await response.body.collect(upTo: 1 << 20))
        }
    }

    private static func get<Result>(
        _ url: String, host: String, caFile: String, token: String?,
        _ read: (HTTPClientResponse) async throws -> Result
    ) async throws -> Result {
        var settings = HTTPClient.Configuration()
        settings.tlsConfiguration = .makeClientConfiguration()
        settings.tlsConfiguration?.trustRoots = .file(caFile)
        settings.dnsOverride[host] = "127.0.0.1"
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        var request = HTTPClientRequest(url: url)
        if let token { request.headers = ["Authorization": "Bearer \(token)"] }
        do {
            let result = try await read(try await http.execute(request, timeout: .minutes(1)))
            try await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }
}
