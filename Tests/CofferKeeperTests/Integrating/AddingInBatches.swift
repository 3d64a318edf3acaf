// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import CofferHTTP
import Foundation
import NIOCore
import NIOHTTP1

struct Refused: Error {
    let names: [String]
}

func add(_ names: [String], as path: CredentialPath, with client: APIClient) async throws {
    try await client.execute(batch: names, as: path) { part in
        let leads = part.map { ["name": $0] }
        return APIRequest(.POST, target: "/api/v4/leads", body: ByteBuffer(bytes: try JSONEncoder().encode(leads)))
    } answer: { part, response in
        guard response.status == .ok else { throw Refused(names: Array(part)) }
    }
}
