// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
public import CofferCredentials
import NIOHTTP1

extension APIClient {
    /// Sends many things in one request, and in ever smaller ones where that is too much for the API.
    ///
    /// On 504 the part is halved and its halves are sent one after the other. What a server did of a part that it answered
    /// with 504 is not known: use it where the vendor says "send fewer and repeat", as amoCRM does, or for what may be done
    /// twice. When it fails midway, what `answer` was called with is done, and nothing of what follows was sent.
    ///
    /// ```swift
    /// try await client.execute(batch: leads, as: path) { part in
    ///     APIRequest(.POST, target: "/api/v4/leads", body: ByteBuffer(bytes: try encoder.encode(Array(part))))
    /// } answer: { part, response in
    ///     guard response.status == .ok else { throw Refused(part) }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - items: what is to be sent; none sends nothing.
    ///   - path: whose credential is attached.
    ///   - request: makes the request for a part.
    ///   - answer: is given the answer to each part, in the order of the items.
    /// - Throws: ``APIError`` `batch_too_large` if one item alone is too much, and as ``execute(_:as:)``; what the closures
    ///   throw.
    public func execute<Item>(
        batch items: [Item], as path: CredentialPath, request: (ArraySlice<Item>) throws -> APIRequest,
        answer: (ArraySlice<Item>, HTTPClientResponse) async throws -> Void
    ) async throws {
        var rest = items.isEmpty ? [] : [items[...]]
        while let part = rest.popLast() {
            let outcome = try await perform(try request(part), as: path)
            guard outcome.isTooMuch else {
                try await answer(part, outcome.response)
                continue
            }
            guard part.count > 1 else {
                throw APIError(
                    .batchTooLarge, "a single item is too much for the API", path: path,
                    status: Int(outcome.response.status.code))
            }
            let middle = part.startIndex + part.count / 2
            rest.append(part[middle...])
            rest.append(part[..<middle])
        }
    }
}
