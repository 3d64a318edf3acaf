// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferOAuth
import CofferRotation
import Foundation
import Synchronization

/// An address that notices are sent to, signed as the Standard Webhooks specification says.
///
/// One POST a try, over TLS or to this machine; no redirect is followed, and nothing of the answer but its status is read.
final class Webhook: RotationHook {
    /// How long one try may take.
    static let patience = Duration.seconds(5)

    let key: String
    let name: String
    /// Three more tries, together within ``NoticeOutlet/grace``: a receiver that restarts is back by then.
    let pauses: [Duration] = [.seconds(1), .seconds(3), .seconds(6)]
    private let destination: ApprovedDestination
    private let trust: TrustSettings
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Date
    private let patience: Duration
    private let readKey: @Sendable () async throws -> Secret
    private let signature = Mutex<WebhookSignature?>(nil)
    /// The path of its key.
    private let keyPath: String

    /// Takes a setting.
    ///
    /// - Parameters:
    ///   - setting: Where it is, and who is believed there.
    ///   - transport: The network.
    ///   - now: The time.
    ///   - patience: How long one try may take.
    ///   - readKey: Reads the key, when the first notice is there to be signed, and for each that is of its own rotation.
    /// - Throws: `OAuthError` for an address that can't be used.
    init(
        _ setting: HookSetting.Webhook, transport: any HTTPTransport, now: @escaping @Sendable () -> Date,
        patience: Duration = Webhook.patience, readKey: @escaping @Sendable () async throws -> Secret
    ) throws {
        destination = try ApprovedDestination(setHere: setting.url)
        name = "the webhook at \(destination.url.host)"
        key = Digest(hashing: Array("webhook \(setting.url)".utf8)).description
        trust = TrustSettings(certificateAuthorityPEM: setting.certificateAuthorityPEM)
        self.transport = transport
        self.now = now
        self.patience = patience
        self.readKey = readKey
        keyPath = setting.key
    }

    func tell(_ notice: RotationNotice) async -> HookAnswer {
        let signature: WebhookSignature
        // Of the rotation that replaces the key each notice is signed with the one in force then, never with one that leaked and is replaced.
        do { signature = try await signing(anew: notice.app.description == keyPath) } catch {
            return .refused("its key can't be used: \(error)")
        }
        let body = notice.document
        // Of this try: what is sent again later is not out of time.
        let timestamp = Int64(now().timeIntervalSince1970)
        let request = HTTPMessage(
            .post, destination,
            headers: [
                ("Content-Type", "application/json"), ("webhook-id", notice.id), ("webhook-timestamp", "\(timestamp)"),
                ("webhook-signature", signature.value(id: notice.id, timestamp: timestamp, body: body)),
            ], body: Secret(bytes: body), trust: trust)
        switch await transport.send(request, deadline: patience) {
        case .answered(let answer): return Self.judge(answer.status)
        case .notSent(let failure), .lost(let failure):
            return failure.kind == .refusedAddress ? .refused(Self.clause(failure)) : .failed(Self.clause(failure))
        }
    }

    /// Statuses that a later try may change: RFC 9110 §15.5.9, RFC 6585 §4, and those of a server's own trouble.
    static func judge(_ status: Int) -> HookAnswer {
        switch status {
        case 200..<300: .heard
        case 300..<400: .refused("it answered with a redirect (\(status)), and none is followed")
        case 408, 429, 500...: .failed("it answered with status \(status)")
        default: .refused("it answered with status \(status)")
        }
    }

    private static func clause(_ failure: TransportFailure) -> String {
        failure.message.hasSuffix(".") ? String(failure.message.dropLast()) : failure.message
    }

    private func signing(anew isAnew: Bool) async throws -> WebhookSignature {
        if !isAnew, let known = signature.withLock(\.self) { return known }
        let read = try WebhookSignature(key: await readKey())
        signature.withLock { $0 = read }
        return read
    }
}
