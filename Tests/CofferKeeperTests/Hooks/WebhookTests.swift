// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import Foundation
import GrantServer
import Synchronization
import Testing

@testable import CofferKeeper

/// Over a real connection to a real server.
@Suite(.timeLimit(.minutes(1))) struct `A webhook` {
    private static let key =
        "whsec_" + Data("made-up-key-of-32-bytes-and-no-more".utf8.prefix(32)).base64EncodedString()
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    private static func with(_ body: (HookReceiver, Webhook) async throws -> Void) async throws {
        try await HookReceiver.serving { receiver in
            let transport = NetworkTransport.patient()
            do {
                try await body(receiver, webhook(receiver.url, transport))
                await transport.shutdown()
            } catch {
                await transport.shutdown()
                throw error
            }
        }
    }

    private static func webhook(
        _ url: String, _ transport: any HTTPTransport, key: @escaping @Sendable () throws -> Secret = { Secret(key) }
    ) throws -> Webhook {
        // Longer than a machine stands still while one is on its way.
        try Webhook(
            HookSetting.Webhook(url: url, key: "main/hook-key"), transport: transport, now: { now },
            patience: .seconds(40), readKey: key)
    }

    @Test func `is a signed POST that its receiver can check`() async throws {
        try await Self.with { receiver, webhook in
            let notice = try ScriptedHook.notices()[1]
            #expect(await webhook.tell(notice) == .heard)
            let arrival = try #require(receiver.arrivals.first)
            #expect(arrival.target == "/hook" && arrival.headers["content-type"] == "application/json")
            #expect(arrival.body == notice.document)
            #expect(arrival.headers["webhook-id"] == notice.id)
            let signature = try WebhookSignature(key: Secret(Self.key))
            func verdict(_ body: [UInt8], after seconds: Double) -> WebhookSignature.Verdict {
                signature.check(
                    id: arrival.headers["webhook-id"], timestamp: arrival.headers["webhook-timestamp"],
                    signatures: arrival.headers["webhook-signature"], body: body, now: Self.now + seconds)
            }
            #expect(verdict(arrival.body, after: 0) == .valid)
            #expect(verdict(arrival.body + [0x20], after: 0) == .wrong)
            #expect(verdict(arrival.body, after: 301) == .outOfTime)
            #expect(webhook.name == "the webhook at 127.0.0.1")
        }
    }

    @Test(arguments: [
        (200, HookAnswer.heard), (204, .heard),
        (302, .refused("it answered with a redirect (302), and none is followed")),
        (307, .refused("it answered with a redirect (307), and none is followed")),
        (400, .refused("it answered with status 400")), (404, .refused("it answered with status 404")),
        (408, .failed("it answered with status 408")), (429, .failed("it answered with status 429")),
        (500, .failed("it answered with status 500")), (503, .failed("it answered with status 503")),
    ])
    func `is heard, tried again or given up by the status alone, and follows nobody`(
        status: Int, answer: HookAnswer
    ) async throws {
        try await Self.with { receiver, webhook in
            receiver.answer(status)
            let notice = try ScriptedHook.notices()[0]
            #expect(await webhook.tell(notice) == answer)
            #expect(receiver.arrivals.map(\.target) == ["/hook"])
        }
    }

    @Test func `without anybody there may be tried again`() async throws {
        let gone = try await HookReceiver.serving { $0.url }
        let transport = NetworkTransport.patient()
        let answer = await Self.webhookAnswer(gone, transport)
        await transport.shutdown()
        guard case .failed(let reason)? = answer else { return #expect(Bool(false), "\(String(describing: answer))") }
        #expect(!reason.isEmpty && !reason.contains("/hook"), "\(reason)")
    }

    private static func webhookAnswer(_ url: String, _ transport: any HTTPTransport) async -> HookAnswer? {
        guard let notice = try? ScriptedHook.notices()[0] else { return nil }
        return try? await webhook(url, transport).tell(notice)
    }

    @Test func `reads its key once, and sends nothing without one`() async throws {
        try await HookReceiver.serving { receiver in
            let transport = NetworkTransport.patient()
            let count = Counter()
            let webhook = try Self.webhook(receiver.url, transport) {
                count.next()
                return Secret(Self.key)
            }
            for notice in try ScriptedHook.notices() { #expect(await webhook.tell(notice) == .heard) }
            #expect(count.count == 1)
            for text in ["made-up-key", ""] {
                let keyless = try Self.webhook(receiver.url, transport) { Secret(text) }
                let answer = await keyless.tell(try ScriptedHook.notices()[0])
                #expect(
                    answer
                        == .refused("its key can't be used: a webhook's key is whsec_ and 24 to 64 bytes in base64"))
            }
            await transport.shutdown()
            #expect(receiver.arrivals.count == 3)
        }
    }

    @Test func `signs what the rotation of its own key has to say with the key that is in force then`() async throws {
        try await HookReceiver.serving { receiver in
            let transport = NetworkTransport.patient()
            let keys = ["made-up-old-key-of-32-bytes-and-more", "made-up-new-key-of-32-bytes-and-more"].map {
                "whsec_" + Data($0.utf8.prefix(32)).base64EncodedString()
            }
            let count = Counter()
            let webhook = try Self.webhook(receiver.url, transport) { Secret(keys[min(count.next(), 2) - 1]) }
            let notices = try ScriptedHook.notices(of: "main/hook-key")
            for notice in notices { #expect(await webhook.tell(notice) == .heard) }
            await transport.shutdown()
            #expect(receiver.arrivals.count == notices.count && notices.count == 3)
            for (number, arrival) in receiver.arrivals.enumerated() {
                let signature = try WebhookSignature(key: Secret(keys[min(number, 1)]))
                let verdict = signature.check(
                    id: arrival.headers["webhook-id"], timestamp: arrival.headers["webhook-timestamp"],
                    signatures: arrival.headers["webhook-signature"], body: arrival.body, now: Self.now)
                #expect(verdict == .valid, "\(number)")
            }
        }
    }

    @Test(arguments: [
        "http://alerts.example.com/", "ftp://alerts.example.com/", "alerts.example.com", "https://u:p@example.com/", "",
    ])
    func `goes over TLS or to this machine, and nowhere else`(url: String) throws {
        #expect(throws: OAuthError.self) { try Self.webhook(url, NetworkTransport.patient()) }
    }
}
