// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCrypto
@testable import CofferVault

extension FuzzedParser {
    /// What anybody who can write the vault's files, or those beside them, can put there: all of it is read before it is
    /// verified or opened.
    static let besideFormats: [FuzzedParser] = [
        FuzzedParser(name: "wish", longestInput: 512) { bytes in
            guard let wish = try? Wish(decoding: Array(bytes)) else { return }
            require(wish.encoded == Array(bytes), "a wish re-encodes to the same bytes")
            require(wish.validForMilliseconds >= 0, "nobody wishes for a token that lived")
            require(wish.stored.body == wish.encoded, "a wish is kept as it was read")
            _ = try? wish.verifySignature()
        },
        FuzzedParser(
            name: "spilled-answer", longestInput: 512, prepare: { _ = SealedFixture.shared },
            read: { bytes in
                guard let answer = try? SpilledAnswer(decoding: Array(bytes)) else { return }
                require(answer.encoded == Array(bytes), "an answer re-encodes to the same bytes")
                let fixture = SealedFixture.shared
                let opened = (try? answer.open(for: fixture.row.id, version: 1, in: fixture.space)) ?? nil
                require(opened == nil, "nothing opens that nobody sealed")
            }),
        FuzzedParser(name: "spent-log", longestInput: 512) { bytes in
            readSpent(Array(bytes))
        },
        FuzzedParser(name: "version-log", longestInput: 512) { bytes in
            let count = EntryID.byteCount + 16
            let body = Array((Array(bytes) + [UInt8](repeating: 0, count: count)).prefix(count))
            guard let (fence, epoch) = VersionLog.read(body) else {
                return require(false, "every line of its length says something")
            }
            require(VersionLog.body(fence, epoch) == body, "a line is written as it was read")
            require(
                CheckedLines.bodies(in: Array(bytes), of: count).allSatisfy { VersionLog.read($0) != nil }, "so is each"
            )
        },
        FuzzedParser(
            name: "seen-paths", longestInput: 512, prepare: { _ = SealedFixture.paths },
            read: { bytes in
                let paths = SealedFixture.paths
                require((try? paths.decode(Array(bytes))) == nil, "nothing is believed that nobody has signed")
                // As if the identity had written it.
                let tag = needed { try paths.identity.seenTag(of: Array(bytes), paths.vaultID) }
                guard let names = try? paths.decode(Array(bytes) + tag.bytes) else { return }
                require(names.reduce(0) { $0 + $1.utf8.count } <= bytes.count, "nothing grows by being read")
            }),
        FuzzedParser(name: "seen-manifests", longestInput: 1024) { bytes in
            guard let chain = try? SeenManifests.chain(in: Array(bytes)) else { return }
            require(SeenManifests.encoded(chain) == Array(bytes), "a chain re-encodes to the same bytes")
        },
    ]

    /// The bytes as a file, and as what one line says, so that what is behind its check is reached.
    private static func readSpent(_ bytes: [UInt8]) {
        let count = SpentLog.bodyByteCount
        let found = CheckedLines.bodies(in: bytes, of: count)
        require(found.count <= bytes.count / (count + 4), "no byte belongs to two lines")
        require(found.allSatisfy { $0.count == count }, "a line is whole")
        let body = Array((bytes + [UInt8](repeating: 0, count: count)).prefix(count))
        let line = body + Digest(hashing: body).bytes.prefix(4)
        require(CheckedLines.bodies(in: line, of: count) == [body], "a line with its check is read")
        guard let spent = SpentLog.read(body) else { return }
        require(SpentLog.body(spent) == body, "a line is written as it was read")
        require(spent.isSpent, "the log knows only spent ones")
    }
}
