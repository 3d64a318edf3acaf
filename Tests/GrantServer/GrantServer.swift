// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A strict authorization server of the tests: every grant that Coffer speaks, each refresh token good once, and the
/// whole family revoked upon reuse (RFC 9700 §4.14.2).
public final class GrantServer: Sendable {
    /// A request, as far as the server looks at it.
    public struct Request: Sendable {
        /// The path without its query.
        public var path: String
        /// The parameters of the query or the form; of a repeated one the last.
        public var fields: [String: String]
        /// The value of `Authorization`.
        public var authorization: String

        /// Puts a request together from its target and body.
        public init(target: String, body: String, authorization: String) {
            let halves = target.split(separator: "?", maxSplits: 1).map(String.init)
            path = halves.first ?? "/"
            fields = Form.read(halves.count > 1 ? halves[1] : "").merging(Form.read(body)) { $1 }
            self.authorization = authorization
        }
    }

    /// An answer.
    public struct Reply: Sendable {
        /// The status.
        public var status: Int
        /// The body.
        public var body: String
        /// Where a browser is sent.
        public var location: String?
        /// Whether the connection is closed instead, after the request was processed.
        public var isLost = false

        init(_ status: Int, _ body: String, location: String? = nil) {
            (self.status, self.body, self.location) = (status, body, location)
        }

        static func error(_ code: String, _ status: Int = 400) -> Reply { Reply(status, #"{"error":"\#(code)"}"#) }
    }

    /// How the server differs from the strict one.
    public struct Habits: Sendable {
        /// Whether a narrower refresh issues a refresh token that is as narrow, as django-oauth-toolkit 3.4.1 does.
        public var narrowsRefreshToken = false
        /// Whether a narrower scope is not heard, as by Glewlwyd 2.7.5.
        public var ignoresScope = false
        /// Whether refresh tokens stay.
        public var keepsRefreshToken = false
        /// How many answers to come are lost after they were processed.
        public var lostAnswers = 0
        /// Whether a refresh token that was used last answers again with the same pair.
        public var hasGrace = false
        /// What the ID token's nonce is instead of the one asked for; empty for none at all.
        public var idTokenNonce: String?
        /// Claims of ID tokens in JSON, instead of the right ones; an empty text for none.
        public var idTokenClaims: [String: String] = [:]
        /// How the server answers every request to the token endpoint, if it fails.
        public var failure: (status: Int, body: String)?
        /// How many seconds tokens live.
        public var lifetime = 3600
        /// Whether discovery lists token exchange (RFC 8693).
        public var listsExchange = true
        /// Whether authorization requests must be pushed (RFC 9126 §5).
        public var requiresPush = false
        /// How many seconds a device waits between two questions.
        public var deviceInterval = 1
        /// How many seconds a device code lives.
        public var deviceLifetime = 600
        /// Whether the device answer names the complete address.
        public var hasCompleteAddress = true

        /// Those of the strict server.
        public init() {}

        /// Those of the strict server but for what is changed.
        public static func but(_ change: (inout Habits) -> Void) -> Habits {
            var habits = Habits()
            change(&habits)
            return habits
        }
    }

    /// What a token may be used for.
    public struct Rights: Sendable, Equatable {
        /// The scopes.
        public var scope: Set<String>
        /// Whom it is for.
        public var audience: String?
        /// Which family it belongs to.
        public var family: Int
    }

    /// A device that waits.
    struct Device: Sendable {
        var userCode: String
        var scope: Set<String>
        var verdict: String?
        var slowDowns = 0
    }

    /// A code or a pushed request.
    struct Pending: Sendable {
        var fields: [String: String]
        var isUsed = false
    }

    struct State {
        var habits = Habits()
        var requests: [Request] = []
        var count = 0
        var access: [String: Rights] = [:]
        var refresh: [String: Rights] = [:]
        var spent: [String: Int] = [:]
        var answered: [String: String] = [:]
        var dead: Set<Int> = []
        var codes: [String: Pending] = [:]
        var pushed: [String: Pending] = [:]
        var devices: [String: Device] = [:]

        mutating func next(_ kind: String) -> String {
            count += 1
            return "zq7-marker-\(kind)-\(count)"
        }
    }

    /// The client.
    public static let clientID = "client-1"
    /// Its secret.
    public static let clientSecret = "zq7-marker-client-secret-0123456789"
    /// What the client may have.
    public static let scope = "orders:read orders:write offline_access"

    /// The issuer.
    public let issuer: String
    let state = Mutex(State())
    /// What answers those who wait; nil while nobody has to.
    let held = Mutex<[@Sendable () -> Void]?>(nil)

    /// A server that names itself so.
    public init(issuer: String) { self.issuer = issuer }

    /// Changes the habits.
    public func behave(_ change: @Sendable (inout Habits) -> Void) { state.withLock { change(&$0.habits) } }

    /// Deals with requests, and answers nobody until told otherwise.
    public func hold() { held.withLock { $0 = $0 ?? [] } }

    /// Answers those who wait, and all after.
    public func release() {
        let answers = held.withLock { held in
            defer { held = nil }
            return held ?? []
        }
        for answer in answers { answer() }
    }

    /// Answers when nobody has to wait.
    func whenReleased(_ answer: @escaping @Sendable () -> Void) {
        let isHeld = held.withLock { held in
            held?.append(answer)
            return held != nil
        }
        if !isHeld { answer() }
    }

    /// What was asked so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// What was asked of one path.
    public func requests(to path: String) -> [Request] { requests.filter { $0.path == path } }

    /// What an access token is good for now; nothing if it is dead.
    public func rights(of access: String) -> Rights? {
        state.withLock { state in state.access[access].flatMap { state.dead.contains($0.family) ? nil : $0 } }
    }

    /// What a refresh token is good for now.
    public func rights(ofRefreshToken token: String) -> Rights? {
        state.withLock { state in state.refresh[token].flatMap { state.dead.contains($0.family) ? nil : $0 } }
    }

    /// Whether a family was revoked for reuse.
    public var hasSeenReuse: Bool { state.withLock { !$0.dead.isEmpty } }

    /// Issues a grant, as if a person had authorised it elsewhere.
    public func grant(scope: String = scope) -> (access: String, refresh: String) {
        state.withLock { state in
            state.count += 1
            let rights = Rights(scope: Form.words(scope), family: state.count)
            let (access, refresh) = (state.next("access"), state.next("refresh"))
            state.access[access] = rights
            state.refresh[refresh] = rights
            return (access, refresh)
        }
    }

    /// Answers a request.
    public func answer(_ request: Request) -> Reply {
        state.withLock { state in
            state.requests.append(request)
            switch request.path {
            case "/.well-known/oauth-authorization-server": return Reply(200, metadata(state.habits))
            case "/authorize": return authorize(&state, request.fields)
            case "/par": return push(&state, request)
            case "/device": return device(&state, request)
            case "/token":
                var reply = token(&state, request)
                if state.habits.lostAnswers > 0 {
                    state.habits.lostAnswers -= 1
                    reply.isLost = true
                }
                return reply
            default: return Reply(404, "{}")
            }
        }
    }

    /// Whether the client proved who it is, in the body or as Basic.
    func isClient(_ request: Request) -> Bool {
        request.authorization == "Basic " + Form.base64("\(Self.clientID):\(Self.clientSecret)")
            || request.fields["client_secret"] == Self.clientSecret
    }

    private func metadata(_ habits: Habits) -> String {
        let grants = ["authorization_code", "refresh_token", "client_credentials", Self.deviceGrant]
        let listed = (grants + (habits.listsExchange ? [Self.exchangeGrant] : [])).map { "\"\($0)\"" }
        return """
            {"issuer":"\(issuer)","authorization_endpoint":"\(issuer)/authorize","token_endpoint":"\(issuer)/token",\
            "pushed_authorization_request_endpoint":"\(issuer)/par","device_authorization_endpoint":"\(issuer)/device",\
            "require_pushed_authorization_requests":\(habits.requiresPush),\
            "code_challenge_methods_supported":["S256"],"authorization_response_iss_parameter_supported":true,\
            "id_token_signing_alg_values_supported":["RS256"],"grant_types_supported":[\(listed.joined(separator: ","))]}
            """
    }

    static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
    static let exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange"
}
