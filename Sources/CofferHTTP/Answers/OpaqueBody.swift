// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore

/// A body on its way, which shows nothing when it is dumped: behind the library's own stands the request, with the token.
struct OpaqueBody: AsyncSequence, Sendable, CustomReflectable {
    let body: HTTPClientResponse.Body

    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }

    func makeAsyncIterator() -> HTTPClientResponse.Body.AsyncIterator { body.makeAsyncIterator() }
}
