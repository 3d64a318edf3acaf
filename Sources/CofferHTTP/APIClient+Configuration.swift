// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient

extension APIClient {
    /// What a client is to know.
    public struct Configuration: Sendable {
        /// How the vendor's API says what must be heeded.
        public var dialect: APIDialect

        /// Where tokens may go beside the account's own host: `https://api.example.com`.
        ///
        /// For vendors with one host for all accounts, whose credentials name none.
        public var origins: [String]

        /// How long one answer may take, its body included where it is collected; 30 s, as for token requests.
        public var timeout = Duration.seconds(30)

        /// How long a request waits in all because of 429, 503 and quiet times; what would take longer fails at once, with
        /// the time in ``APIError/retryAfter``.
        ///
        /// 120 s: twice the minute that vendors count by most often, so that a request outlives a full one.
        public var patience = Duration.seconds(120)

        /// How long an account is left alone after the vendor has blocked it.
        ///
        /// Ten minutes, the longest cool-down of refreshes: calls during a block prolong it.
        public var blockPause = Duration.seconds(600)

        /// The largest body that is collected; larger ones fail with `too_large`.
        ///
        /// 16 MiB: a Bitrix24 batch answers with up to 50 pages of 50 entries (`limits.md` of its documentation), and that
        /// leaves 6 KiB for each.
        public var collectedByteLimit = 16 << 20

        /// The HTTP client's own settings: authorities, proxy, pool.
        ///
        /// Redirects, verification of certificates and TLS 1.2 at least are not left to it.
        public var http: HTTPClient.Configuration

        /// Puts a configuration together.
        ///
        /// - Parameters:
        ///   - dialect: how the vendor's API speaks.
        ///   - origins: where tokens may go beside the account's own host.
        ///   - http: the HTTP client's own settings.
        public init(
            dialect: APIDialect = .standard, origins: [String] = [],
            http: HTTPClient.Configuration = HTTPClient.Configuration()
        ) {
            self.dialect = dialect
            self.origins = origins
            self.http = http
        }
    }
}
