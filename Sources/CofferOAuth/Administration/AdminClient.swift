// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Asks a vendor's administration API, in JSON and with one credential; what is the same at all vendors.
///
/// A request is sent once; only what was refused with 429, and so not looked at, is sent again, after the wait that the
/// vendor asks for.
package struct AdminClient: Sendable {
    /// How often one request is sent when the vendor says 429.
    private static let tries = 3
    /// A longer wait is the operator's to wait out: the app is frozen meanwhile.
    private static let longestWait = Duration.seconds(30)
    /// The wait where the vendor states none.
    private static let usualWait = Duration.seconds(5)

    /// The vendor's name, for sentences.
    package let vendor: String
    private let address: AdminAddress
    private let credential: AdminCredential
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Date
    private let pause: @Sendable (Duration) async throws -> Void
    private let deadline: Duration

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - vendor: whose API it is, for sentences.
    ///   - address: where it is.
    ///   - credential: what it is asked with; it goes to that address only.
    ///   - transport: what requests are sent by.
    ///   - now: the time of day, for `Retry-After`.
    ///   - pause: waits.
    ///   - deadline: one for each request.
    package init(
        vendor: String, address: AdminAddress, credential: AdminCredential, transport: any HTTPTransport,
        now: @escaping @Sendable () -> Date, pause: @escaping @Sendable (Duration) async throws -> Void,
        deadline: Duration = .seconds(30)
    ) {
        self.vendor = vendor
        self.address = address
        self.credential = credential
        self.transport = transport
        self.now = now
        self.pause = pause
        self.deadline = deadline
    }

    /// Asks.
    ///
    /// - Parameters:
    ///   - method: anything but GET changes something.
    ///   - path: below the address.
    ///   - body: sent as JSON.
    /// - Returns: the answer, which may be that there is no such thing.
    /// - Throws: ``OAuthError``: `configuration` where the credential or the request is refused, `rate_limited`,
    ///   `indeterminate` where a change was sent and not answered, `nonsense`, or what hinders the way there.
    package func send(
        _ method: HTTPMessage.Method, _ path: String, _ body: JSONValue? = nil
    ) async throws -> AdminAnswer {
        var headers = [(name: "Accept", value: "application/json")]
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        let message = HTTPMessage(
            method, try address.destination(path), headers: headers, authorization: credential.authorization,
            body: body?.encoded, trust: address.trust)
        for _ in 1..<Self.tries {
            switch await transport.send(message, deadline: deadline) {
            case .answered(let answer) where answer.status == 429:
                let wait = stated(answer) ?? Self.usualWait
                guard wait <= Self.longestWait else { throw refusal(answer) }
                try await pause(wait)
            case let outcome: return try read(outcome, method)
            }
        }
        return try read(await transport.send(message, deadline: deadline), method)
    }

    private func read(_ outcome: TransportOutcome, _ method: HTTPMessage.Method) throws -> AdminAnswer {
        switch outcome {
        case .answered(let answer) where (200..<300).contains(answer.status):
            let reading = JSONReader.read(answer.body)
            guard reading.isWhole || answer.body.isEmpty else {
                throw OAuthError(
                    method == .get ? .nonsense : .indeterminate,
                    "\(vendor) answered \(answer.status) with something that is no JSON.")
            }
            return AdminAnswer(value: reading.value, isMissing: false)
        case .answered(let answer) where answer.status == 404: return AdminAnswer(value: nil, isMissing: true)
        case .answered(let answer): throw refusal(answer)
        case .notSent(let failure): throw OAuthError(failure)
        case .lost(let failure) where method == .get: throw OAuthError(failure)
        case .lost(let failure):
            throw OAuthError(
                .indeterminate, "\(failure.message) Whether \(vendor) has changed a client secret is not known.")
        }
    }

    private func stated(_ answer: HTTPAnswer) -> Duration? { RetryAfter.read(answer.header("Retry-After"), now: now()) }

    private func refusal(_ answer: HTTPAnswer) -> OAuthError {
        let said = words(answer).map { ": \($0)" } ?? ""
        switch answer.status {
        case 300..<400:
            return OAuthError(.redirect, "\(vendor) answered \(answer.status). Redirects are not followed.")
        case 401, 403:
            return OAuthError(
                .configuration,
                """
                \(vendor) refuses the credential \(credential.name) (\(answer.status)\(said)): store one that may change \
                this client's secret, or name another with coffer app driver.
                """)
        case 429:
            return OAuthError(
                .rateLimited, "\(vendor) wants fewer requests (429); try again later.", retryAfter: stated(answer))
        case 500...: return OAuthError(.unreachable, "\(vendor) fails (\(answer.status)\(said)).")
        default: return OAuthError(.configuration, "\(vendor) refuses the request (\(answer.status)\(said)).")
        }
    }

    /// The vendor's words, wherever the five vendors have them, fit to be shown.
    private func words(_ answer: HTTPAnswer) -> String? {
        let value = JSONReader.read(answer.body).value
        return ["error.message", "error_description", "errorMessage", "errorSummary", "message", "error"]
            .lazy.compactMap { value?[path: $0]?.plainText }
            .compactMap { ForeignText.clean($0, hiding: [credential.token]) }.first
    }
}
