// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request, which may be a secret as a whole; the buffers that it came in are the server library's.
enum SecretBody {
    /// The longest: 64 KiB, sixteen times a long token.
    private static let limitBytes = 64 * 1024

    /// Reads all of it.
    ///
    /// - Throws: ``RequestFault`` `too_large`, also where that is only announced; what ends the connection.
    static func read(of request: Request) async throws -> Secret {
        let tooLarge = RequestFault(
            status: 413, code: "too_large", message: "the body has more than \(limitBytes) bytes")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limitBytes { throw tooLarge }
        do {
            return Secret(bytes: try await request.body.collect(upTo: limitBytes).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }
}
