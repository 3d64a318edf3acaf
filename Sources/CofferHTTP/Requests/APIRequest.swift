// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
public import NIOCore
public import NIOHTTP1

/// A request to an account's API, without a credential: the client attaches it.
///
/// ```swift
/// let leads = APIRequest(target: "/api/v4/leads?limit=50")
/// let added = APIRequest(.POST, target: "/api/v4/leads", body: ByteBuffer(string: json))
/// ```
public struct APIRequest: Sendable {
    /// The method (RFC 9110 §9).
    public var method: HTTPMethod

    /// Path and query on the account's host (`/api/v4/leads?page=2`), or a whole URL on it.
    public var target: String

    /// Header fields; `Authorization` and `Host` in them are left out, they are the client's.
    public var headers: HTTPHeaders

    /// Whether doing it twice is as good as once; by its method (RFC 9110 §9.2.2) unless told.
    ///
    /// It decides whether an answer that leaves open what was done of it (503) leads to a second sending. After "token
    /// refused" (401) and "too fast" (429) nothing was done, and any request whose body is at hand is sent again.
    public var isIdempotent: Bool

    /// Whether a redirect is an answer to be returned, with its `Location`, instead of an error.
    ///
    /// For APIs that point to files kept elsewhere. The client itself follows none in any case.
    public var returnsRedirects = false

    /// What is sent.
    let content: Content

    /// A body, and whether it can be sent twice.
    enum Content: Sendable {
        case none
        case bytes(ByteBuffer)
        case once(HTTPClientRequest.Body)
    }

    /// Puts together a request whose body, if any, is at hand.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - target: path and query, or a whole URL on the account's host.
    ///   - headers: header fields.
    ///   - body: the body; `Content-Type` is `application/json` unless `headers` says otherwise.
    public init(_ method: HTTPMethod = .GET, target: String, headers: HTTPHeaders = [:], body: ByteBuffer? = nil) {
        self.init(method, target, headers, body.map { .bytes($0) } ?? .none)
        if body != nil, !headers.contains(name: "Content-Type") {
            self.headers.add(name: "Content-Type", value: "application/json")
        }
    }

    /// Puts together a request whose body comes from a stream, and so can be sent once only.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - target: path and query, or a whole URL on the account's host.
    ///   - headers: header fields.
    ///   - streaming: the body.
    public init(
        _ method: HTTPMethod, target: String, headers: HTTPHeaders = [:], streaming: HTTPClientRequest.Body
    ) {
        self.init(method, target, headers, .once(streaming))
    }

    /// Puts together a request that somebody else has made, for whom the answer is: nothing is added, and redirects are returned.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - target: path and query.
    ///   - headers: header fields.
    ///   - body: the body, if there is one.
    package init(relaying method: HTTPMethod, target: String, headers: HTTPHeaders, body: ByteBuffer?) {
        self.init(method, target, headers, body.map { .bytes($0) } ?? .none)
        returnsRedirects = true
    }

    private init(_ method: HTTPMethod, _ target: String, _ headers: HTTPHeaders, _ content: Content) {
        self.method = method
        self.target = target
        self.headers = headers
        self.content = content
        isIdempotent = [.GET, .HEAD, .PUT, .DELETE, .OPTIONS, .TRACE].contains(method)
    }

    /// Whether its body is a form.
    var isForm: Bool {
        headers.first(name: "Content-Type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
    }

    /// Whether its body is there for a second sending.
    var canBeSentAgain: Bool {
        if case .once = content { return false }
        return true
    }
}
