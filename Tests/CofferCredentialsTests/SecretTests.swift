// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@Suite("Secret") struct SecretTests {
    private static let marker = "marker-4f1c"

    @Test func `no description, mirror, dump or interpolation shows it`() {
        let secret = Secret(Self.marker)
        var dumped = ""
        dump(["key": secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret as Any]), dumped] {
            #expect(!text.contains(Self.marker))
            #expect(text.contains("<redacted>"))
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func `a credential's description does not show it`() throws {
        let credential = Credential(path: try CredentialPath("main/a"), value: Secret(Self.marker))
        var dumped = ""
        dump(credential, to: &dumped)
        #expect(!dumped.contains(Self.marker))
        #expect(!"\(credential)".contains(Self.marker))
        #expect(!String(reflecting: credential).contains(Self.marker))
        // The rest is for whoever looks for a mistake.
        #expect("\(credential)".contains("main/a") && dumped.contains("version"))
    }

    @Test func `it lends what it was given`() {
        let secret = Secret("pässword")
        #expect(secret.withExposedText { $0 } == "pässword")
        #expect(secret.withExposedBytes { Array($0) } == Array("pässword".utf8))
        #expect(secret.byteCount == 9)
        #expect(!secret.isEmpty)
    }

    @Test(arguments: [0, 1, 63, 64, 65, 128, 129, 5000])
    func `bytes of any sequence are kept whole`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(Secret(bytes: bytes).withExposedBytes { Array($0) } == bytes)
        #expect(Secret(bytes: AnySequence(bytes)).withExposedBytes { Array($0) } == bytes)
        #expect(Secret(bytes: bytes).isEmpty == (count == 0))
    }

    @Test func `bytes that are no UTF-8 are repaired in the text only`() {
        let secret = Secret(bytes: [0x61, 0xFF, 0x62])
        #expect(secret.withExposedText { $0 } == "a\u{FFFD}b")
        #expect(secret.withExposedBytes { Array($0) } == [0x61, 0xFF, 0x62])
    }

    @Test func `equal means the same bytes`() {
        #expect(Secret("abc") == Secret(bytes: [0x61, 0x62, 0x63]))
        #expect(Secret("") == Secret(bytes: []))
        #expect(Secret("abc") != Secret("abd"))
        #expect(Secret("abc") != Secret("bbc"))
        #expect(Secret("abc") != Secret("ab"))
        #expect(Secret("ab") != Secret("abc"))
    }

    @Test func `memory that is filled in place keeps what was written`() {
        let secret = Secret(byteCount: 16) { buffer in
            buffer.copyBytes(from: Array("four".utf8))
            return 4
        }
        #expect(secret == Secret("four"))
        #expect(
            Secret(byteCount: 4) {
                $0.copyBytes(from: Array("four".utf8))
                return 4
            } == Secret("four"))
    }

    @Test func `lent memory is kept by its owner as long as there is a secret in it`() {
        final class Owner: Sendable {}
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
        defer { bytes.deallocate() }
        bytes.copyBytes(from: Array("lent".utf8))
        var owner: Owner? = Owner()
        weak let seen = owner
        var secrets = [owner].compactMap(\.self).map { Secret(lending: UnsafeRawBufferPointer(bytes), keptBy: $0) }
        secrets += secrets
        owner = nil
        #expect(secrets == [Secret("lent"), Secret("lent")])
        #expect(seen != nil)
        secrets.removeLast()
        #expect(seen != nil)
        secrets.removeLast()
        #expect(seen == nil)
        #expect(bytes.elementsEqual("lent".utf8), "it is the owner who wipes")
    }

    @Test func `an error of the closure comes out as it is`() {
        struct Refused: Error, Equatable {}
        #expect(throws: Refused()) { try Secret("x").withExposedBytes { _ throws(Refused) in throw Refused() } }
        #expect(throws: Refused()) { try Secret("x").withExposedText { _ throws(Refused) in throw Refused() } }
        #expect(throws: Refused()) { try Secret(byteCount: 3) { _ throws(Refused) in throw Refused() } }
    }
}
