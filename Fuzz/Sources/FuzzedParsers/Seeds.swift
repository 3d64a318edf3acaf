// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCrypto
@testable import CofferKeeper
@testable import CofferOAuth
@testable import CofferRotation
@testable import CofferVault

/// What each parser is for, to begin with: made by the code that writes it, so that a format that changes changes them.
enum Seeds {
    /// Writes `FOLDER/PARSER/seed-N`.
    static func write(into folder: String) throws {
        let root = URL(fileURLWithPath: folder)
        for parser in FuzzedParser.all {
            let place = root.appendingPathComponent(parser.name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for (index, seed) in try bytes(for: parser.name).enumerated() where seed.count <= parser.longestInput {
                try Data(seed).write(to: place.appendingPathComponent("seed-\(index)"))
            }
        }
    }

    private static func bytes(for parser: String) throws -> [[UInt8]] {
        switch parser {
        case "manifest": [try manifest().encoded]
        case "signed-manifest": [try SignedManifest(signing: manifest(), by: SealedFixture.shared.identity).encoded]
        case "audit-event": [try event().encoded]
        case "audit-record": [record.encoded]
        case "field-table", "spilled-renewal": [connection.use, connection.issue, spilled].map { array($0.encoded()) }
        case "canonical-reader": [[8, 0, 1, 2, 3, 36, 5, 6, 7] + [UInt8](repeating: 0, count: 64)]
        case "identity-text":
            [
                [0] + array(try IdentityText(identity: SealedFixture.shared.identity, pin: nil).written()),
                [1] + [UInt8](repeating: 3, count: 32), [1] + [UInt8](repeating: 1, count: 88),
            ]
        case "public-text", "invite-text", "pin-text", "passphrase-box", "bundle-envelope", "seen-record":
            try exchanged(parser)
        case "wish", "spilled-answer", "spent-log", "seen-manifests", "version-log", "seen-paths": try beside(parser)
        case "connection-record": [pair(connection)]
        case "app-record": [pair(try app())]
        case "provider-description": try ProviderCatalogue.crm.map { Array(try JSONEncoder().encode($0)) }
        case "journal-event": try journal.map { Array(try JSONEncoder().encode($0)) }
        case "description-file": [FuzzedParser.small, FuzzedParser.extending].map { Array($0.utf8) }
        default:
            (plain[parser] ?? FuzzedParser.toolSeeds[parser] ?? FuzzedParser.programSeeds[parser]
                ?? FuzzedParser.agentSeeds[parser] ?? []).map { Array($0.utf8) }
        }
    }

    private static func exchanged(_ parser: String) throws -> [[UInt8]] {
        let identity = SealedFixture.shared.identity
        let other = try Identity.generate()
        let vaultID = try VaultID([UInt8](repeating: 7, count: VaultID.byteCount))
        let pin = Pin(vaultID: vaultID, epoch: 3, manifestHash: .zero)
        switch parser {
        case "public-text": return [[0] + Array(try PublicIdentityText(of: identity).written().utf8)]
        case "invite-text":
            let invitation = try Invitation(
                pin: pin, invited: other.publicIdentity, name: "ci", isOwner: false,
                grants: [.init(space: "main", role: .reader)], by: identity)
            let payload = Array(try invitation.written().utf8.dropFirst("coffer-invite-1".utf8.count))
            let whole = try payload.withUnsafeBytes { try Base64URL.decode($0).withExposedBytes { Array($0) } }
            return [[0] + Array(try invitation.written().utf8), [1] + whole.dropLast(4)]
        case "pin-text": return [[0] + Array(try PinText(pin).written().utf8), [1] + pin.encoded]
        case "passphrase-box":
            let text = IdentityText(identity: identity, pin: pin)
            return [try PassphraseBox(sealing: text, under: Secret("made up"), cost: .insecureLeast).encoded]
        case "bundle-envelope":
            let envelope = try BundleEnvelope(
                parentID: vaultID, id: vaultID, madeAt: 1, expiresAt: 2, recipient: other.publicIdentity,
                manifestHash: .zero, parentManifests: [[1, 2, 3], []], by: identity)
            return [envelope.encoded]
        default:
            let head = AuditHead(signer: other.publicIdentity.signingKey, sequence: 4, hash: .zero)
            let record = SeenRecord(
                pin: pin, lasting: [head.signer: head], recent: [head.signer: head], taints: [EntryID.random(): 2])
            return [Array(try record.encoded(by: identity).dropLast(Digest.byteCount))]
        }
    }

    private static func array(_ secret: Secret) -> [UInt8] { secret.withExposedBytes { Array($0) } }

    private static func pair(_ boxes: (use: FieldTable, issue: FieldTable)) -> [UInt8] {
        let use = array(boxes.use.encoded())
        return [UInt8(use.count >> 8), UInt8(use.count & 255)] + use + array(boxes.issue.encoded())
    }

    private static func manifest() throws -> Manifest {
        var manifest = try Manifest.first(
            owner: SealedFixture.shared.identity.publicIdentity, name: "owner", space: "main", createdAt: 1)
        manifest.extensions = [.init(tag: 1, value: [1, 2, 3]), .init(tag: 9, value: [])]
        return manifest
    }

    private static let record = AuditRecord(
        at: Date(timeIntervalSince1970: 1_800_000_000), action: .put, paths: ["main/a", "main/b"], reason: "because")

    private static func event() throws -> AuditEvent {
        let identity = SealedFixture.shared.identity
        let head = AuditHead(
            signer: try SigningPublicKey([UInt8](repeating: 5, count: 32)), sequence: 9, hash: .zero)
        let binding = AuditBinding(entryID: EntryID.random(), version: 1, rowHash: .zero)
        return try AuditEvent(
            record, after: nil, by: identity, owners: [identity.publicIdentity], bindings: [binding],
            fingerprints: [], heads: [head])
    }

    private static let connection: (use: FieldTable, issue: FieldTable) = {
        var use = FieldTable()
        use.set(16, text: "access")
        use.set(17, text: "Bearer")
        use.set(18, integer: 1_800_000_000_000)
        use.set(23, integer: 3)
        use.set(27, text: "active")
        var issue = FieldTable()
        issue.set(48, text: "refresh")
        issue.set(50, bytes: [1, 2, 3])
        issue.set(51, integer: 1)
        issue.set(52, integer: 1_800_000_000_000)
        issue.set(53, integer: 1_800_000_060_000)
        var strays = FieldTable()
        strays[1] = spilled.encoded()
        issue[58] = strays.encoded()
        issue.set(60, bytes: [UInt8](repeating: 4, count: 16))
        return (use, issue)
    }()

    private static let spilled: FieldTable = {
        var fields = FieldTable()
        fields.set(1, text: "access")
        fields.set(2, text: "refresh")
        fields.set(4, integer: 1_800_000_000_000)
        fields.set(11, integer: 1)
        fields.set(12, text: "active")
        fields.set(15, integer: 2)
        return fields
    }()

    private static func app() throws -> (use: FieldTable, issue: FieldTable) {
        let registration = ClientRegistration(
            provider: ProviderCatalogue.bitrix24, clientID: "client", clientSecret: Secret("secret"))
        let record = AppRecord(registration: registration, scope: "crm")
        return (record.useFields, try record.issueFields())
    }

    private static let journal: [JournalEvent] = {
        let at = Date(timeIntervalSince1970: 1_800_000_000)
        return [
            JournalEvent(at: at, by: "somebody", .resumed), JournalEvent(at: at, by: "somebody", .switched),
            JournalEvent(at: at, by: "somebody", .secretRequested(attempt: 1, mayHaveBeenSent: true)),
            JournalEvent(at: at, by: "somebody", .pendingSealed(evidence: "sealed")),
            JournalEvent(at: at, by: "somebody", .closed(openItems: ["one", "two"])),
        ]
    }()

    /// Texts that are read as they are.
    private static let plain: [String: [String]] = [
        "random-id": ["000102030405060708090a0b0c0d0e0f"], "base64url": ["AAEC", "_-8", "AA"],
        "json": [#"{"a":[1,-2.5e3,true,false,null],"b":"\u00e4\ud83d\ude00\n","c":{}}"#, "[[[[]]]]"],
        "answer-amocrm": [
            "\0\0"
                + #"{"token_type":"Bearer","expires_in":86400,"access_token":"x.eyJhcGlfZG9tYWluIjoiYWNtZS5hbW9jcm0ucnUifQ.z","refresh_token":"def"}"#,
            "\u{4}\0" + #"{"hint":"Token has been revoked","title":"x","status":400,"detail":"y"}"#,
        ],
        "answer-bitrix24": [
            "\0\0"
                + #"{"access_token":"a","refresh_token":"b","expires_in":3600,"client_endpoint":"https://acme.bitrix24.ru/rest/","member_id":"m","scope":"crm,task"}"#,
            "\u{3}\0" + #"{"error":"expired_token","error_description":"The access token expired"}"#,
        ],
        "answer-rfc6749": [
            "\0\0"
                + #"{"access_token":"a","token_type":"bearer","expires_in":"3600","scope":"a b","id_token":"x.eyJzdWIiOiIxIiwibm9uY2UiOiJuIn0.z"}"#,
            "\u{3}\0" + #"{"error":"invalid_grant","error_description":"no"}"#,
        ],
        "jwt-claims": ["x.eyJzdWIiOiIxMjMiLCJlbWFpbCI6ImFAYi5jIn0.z"],
        "metadata": [
            #"{"issuer":"https://as.example.com","token_endpoint":"https://as.example.com/token","authorization_endpoint":"https://as.example.com/a","code_challenge_methods_supported":["S256"],"token_endpoint_auth_methods_supported":["client_secret_post"]}"#
        ],
        "http-date": ["Sun, 06 Nov 1994 08:49:37 GMT"],
        "retry-after": ["120", "Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 15 Jan 2027 08:00:00 GMT"],
        "foreign-text": ["The token has expired.", "your client_secret marker-client-secret-0123456789 is wrong"],
        "callback": [
            "https://example.com/cb?code=abc&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&referer=acme.amocrm.ru",
            "/cb?code=abc&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&domain=acme.bitrix24.ru&member_id=1",
            "/cb?error=access_denied&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ],
        "webhook-request": [
            "GET /hook?account_id=1&client_uuid=a&signature=00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\nX-Signature: 00\nContent-Length: 2\n\n{}",
            "POST / HTTP/1.1\n\nauth%5Bmember_id%5D=a&auth[application_token]=b&auth[refresh_token]=c&event=ONAPPINSTALL",
        ],
        "form-field": ["auth%5Bmember_id%5D=a%20b&c", "auth[member_id]=a&auth[member_id]=b"],
        "signed-token": ["eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJhIiwiZXhwIjoxLCJhY2NvdW50X2lkIjoyfQ.AAAA"],
        "query": ["a=b&c=%20d+e&f", "code=1&state=%C3%A4"],
        "endpoint-url": ["https://as.example.com:8443/a/b?c=d", "http://[::1]:80/", "https://127.0.0.1"],
        "endpoint-template": ["acme.amocrm.ru", "acme.amocrm.localhost:8080", "[::1]:80"],
        "host-rule": ["acme", "acme.amocrm.ru", "https://acme.bitrix24.ru/rest/", "https://www.kommo.com/oauth"],
        "ip-address": ["127.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "64:ff9b::1.2.3.4"],
        "certificate-name": ["acme.amocrm.ru\n*.amocrm.ru", "a.b\na.b"],
        "credential-path": ["main/amocrm/acme", "a/b/c/d/e/f/g/h"], "duration": ["90s", "5m", "2h", "30d"],
        "entry-reference": ["coffer://main/amocrm/acme#access_token", "main/a#b", "main/a"],
        "leak-report": FuzzedParser.reportSeeds,
        "printable-text": ["text\u{1B}[31m\u{202E}x\u{200D}", "a\tb\r\n"],
    ]
}
