// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// When which trick is played; the members that are absent match everything.
public struct FaultRule: Sendable, Codable, Equatable {
    /// The endpoint to watch.
    public var endpoint: Endpoint
    /// Only for this account: by its host, or by the code or token that is presented.
    public var account: String?
    /// Only for token requests with this `grant_type`.
    public var grantType: String?
    /// The matching request that is the first to be hit, counted from 1 since the rules were set; `nil` means 1.
    public var nth: Int?
    /// How many matching requests in a row are hit; `nil` means 1, 0 means every one from there on.
    public var times: Int?
    /// The trick.
    public var fault: FaultKind
    /// Whether the request takes effect before the trick; `nil` means what ``FaultKind`` says.
    public var processed: Bool?
    /// `Retry-After` in seconds for `too_many_requests` and `server_error`.
    public var retryAfterSeconds: Int?
    /// The status of `server_error`; `nil` means 500.
    public var status: Int?
    /// A length of time: of `clock_skew` and `grace_window`, or between two bytes of `slow_drip`; `nil` means what
    /// ``FaultKind`` says.
    public var seconds: Double?

    enum CodingKeys: String, CodingKey {
        case endpoint, account, nth, times, fault, processed, status, seconds
        case grantType = "grant_type"
        case retryAfterSeconds = "retry_after_seconds"
    }

    /// Makes a rule that hits the first matching request once, unless told otherwise.
    public init(
        _ fault: FaultKind, at endpoint: Endpoint = .token, account: String? = nil, grantType: String? = nil,
        nth: Int? = nil, times: Int? = nil, processed: Bool? = nil, retryAfterSeconds: Int? = nil,
        status: Int? = nil, seconds: Double? = nil
    ) {
        self.endpoint = endpoint
        self.account = account
        self.grantType = grantType
        self.nth = nth
        self.times = times
        self.fault = fault
        self.processed = processed
        self.retryAfterSeconds = retryAfterSeconds
        self.status = status
        self.seconds = seconds
    }

    /// Whether a request, which is about an account or none, is one that this rule counts.
    func matches(_ request: ParsedRequest, account subject: Account?) -> Bool {
        guard request.endpoint == endpoint, fault != .certificateSwap else { return false }
        if let account, subject?.name != account { return false }
        if let grantType, request.fields["grant_type"] != grantType { return false }
        return true
    }

    /// Whether the count-th matching request is hit.
    func hits(_ count: Int) -> Bool {
        let first = nth ?? 1
        let length = times ?? 1
        return count >= first && (length == 0 || count - first < length)
    }
}
