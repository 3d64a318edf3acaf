// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferSandbox
import Foundation
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
        return try await Self.get(
            url, host: host, caFile: sandbox.caFile, headers: ["Authorization": "Bearer \(token)"]
        ) {
            Int($0.status.code)
        }
    }

    /// What a path of the sandbox's main host answers to a request with these header fields, one a line as `curl -H @-`
    /// takes them: its status, and the nonce that it gives (RFC 9449 §9).
    func answer(_ path: String, headerLines: String) async throws -> (status: Int, nonce: String?) {
        let fields = headerLines.split(separator: "\n").compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces)) : nil
        }
        let host = "\(sandbox.provider.rawValue).localhost"
        return try await Self.get(
            sandbox.baseURL + path, host: host, caFile: sandbox.caFile, headers: HTTPHeaders(fields)
        ) { (Int($0.status.code), $0.headers.first(name: "dpop-nonce")) }
    }

    /// What a path of the sandbox's main host answers to a request with this header field.
    func text(_ path: String, _ field: String, _ value: String) async throws -> String {
        let host = "\(sandbox.provider.rawValue).localhost"
        return try await Self.get(
            sandbox.baseURL + path, host: host, caFile: sandbox.caFile, headers: [field: value]
        ) { response in String(buffer: try await response.body.collect(upTo: 1 << 20)) }
    }

    /// The text of a page of a sandbox that another process runs.
    static func text(of page: String, at file: SandboxFile) async throws -> String {
        let host = "\(file.provider.rawValue).localhost"
        return try await get(file.baseURL + page, host: host, caFile: file.caFile, headers: [:]) { response in
            String(buffer: try await response.body.collect(upTo: 1 << 20))
        }
    }

    private static func get<Result>(
        _ url: String, host: String, caFile: String, headers: HTTPHeaders,
        _ read: (HTTPClientResponse) async throws -> Result
    ) async throws -> Result {
        var settings = HTTPClient.Configuration()
        settings.tlsConfiguration = .makeClientConfiguration()
        settings.tlsConfiguration?.trustRoots = .file(caFile)
        settings.dnsOverride[host] = "127.0.0.1"
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        var request = HTTPClientRequest(url: url)
        request.headers = headers
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
