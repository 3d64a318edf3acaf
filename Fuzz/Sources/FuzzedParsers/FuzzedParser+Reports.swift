// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferKeeper

extension FuzzedParser {
    /// What scanners, and whoever writes in their name, report.
    static let reports: [FuzzedParser] = [
        // What is shown is looked for in every secret, by hashes of the parts of both.
        FuzzedParser(name: "leak-report", longestInput: 2048, allocationFloor: 1 << 20) { bytes in
            let report: LeakReport
            do throws(KeeperError) {
                report = try LeakReport(Secret(bytes: bytes))
            } catch {
                require(isPlain(error.message) && error.message.count < 200, "a refusal is one bounded sentence")
                return
            }
            require(report.format != nil || report.findings.isEmpty, "what holds findings is somebody's")
            let places = report.findings.map { FoundPlace($0.place) }
            let secrets = report.findings.flatMap { Array($0.secrets) }
            let echoes = EchoSearch(for: secrets, in: places.flatMap(\.texts))
            for place in places.map({ $0.mapped(echoes.masked) }) {
                require(place.texts.allSatisfy(isPlain), "what is shown holds no control characters")
                require(place.texts.allSatisfy { $0.count <= 301 }, "what is shown is bounded")
                require(place.url?.contains("?") != true, "no query is shown")
                for text in place.texts { repeatsNone(of: secrets, text) }
            }
        }
    ]

    /// One report of each scanner, in the forms of their own sources.
    static let reportSeeds = [
        #"[{"RuleID":"r","StartLine":3,"Match":"k=made-up","Secret":"made-up","File":"a/b","Commit":"0123","Link":"https://u:p@h/a?b#L3"}]"#,
        #"{"SourceMetadata":{"Data":{"Git":{"commit":"c","file":"f","line":4,"repository":"git@h:r"}}},"DetectorName":"D","Raw":"id","RawV2":"id:made-up"}"#
            + "\n" + #"{"level":"info-0","msg":"m"}"# + "\n",
        #"[{"token":"made-up","type":"t","url":"https://h/a","source":"content"},{"secret_type":"t","secret":"made-up-2"}]"#,
        "[]",
    ]

    private static func repeatsNone(of secrets: [Secret], _ text: String) {
        let shown = Array(text.utf8)
        for secret in secrets where secret.byteCount >= 4 {
            secret.withExposedBytes { require(!shown.contains(Array($0)), "what is shown repeats no secret") }
        }
    }
}
