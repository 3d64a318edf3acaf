// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferInjection
import Testing

@Suite struct `What a step of GitHub Actions says` {
    @Test func `masks a value whole and by its longer lines, each character escaped`() throws {
        let said = try GitHubFormat(values(["A": "made%up\r\nsecond-line\n}\n", "B": "x"])) { "END" }
        #expect(
            said.masks.text == """
                ::add-mask::made%25up%0D%0Asecond-line%0A}%0A
                ::add-mask::second-line
                ::add-mask::x

                """)
    }

    @Test func `masks neither what is blank nor what is no secret`() throws {
        let blank = values(["A": "", "B": " \t", "C": "\n\n"])
        let said = try GitHubFormat(blank + [NamedValue("D", Secret("made-up"), isSecret: false)]) { "END" }
        #expect(said.masks.isEmpty)
    }

    @Test func `ends a value with what is not in it`() throws {
        var delimiters = ["ONE", "TWO", "THREE"]
        let said = try GitHubFormat(values(["A": "x\nONE\nTWO"])) { delimiters.removeFirst() }
        #expect(said.environment(afterOpenLine: false).text == "A<<THREE\nx\nONE\nTWO\nTHREE\n")
        #expect(said.environment(afterOpenLine: true).text == "\nA<<THREE\nx\nONE\nTWO\nTHREE\n")
    }

    @Test func `keeps line breaks at both ends of a value`() throws {
        let said = try GitHubFormat(values(["A": "\n\nx\r\n", "B": ""])) { "END" }
        #expect(said.environment(afterOpenLine: false).text == "A<<END\n\n\nx\r\n\nEND\nB<<END\n\nEND\n")
    }
}
