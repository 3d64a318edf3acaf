// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferInjection
import Testing

@Suite struct `A template` {
    private func template(_ text: String) throws -> Template { try Template(Secret(text)) }

    private func filled(_ text: String) throws -> String {
        let template = try template(text)
        return template.filled(template.marks.map { Secret("<\($0.reference.dropFirst(9))>") }).text
    }

    @Test func `has each reference replaced, and nothing else`() throws {
        #expect(
            try filled("a: {{ coffer://main/key }}\nb: '{{coffer://main/crm/acme#account_url}}'{{\tcoffer://m/x }}")
                == "a: <main/key>\nb: '<main/crm/acme#account_url>'<m/x>")
        #expect(try filled("{{ coffer://main/key }}") == "<main/key>")
        #expect(try filled("") == "")
    }

    @Test(arguments: [
        "{{ .Values.key }}", "{{", "}}", "{ { coffer }}", "{{ coffer: }}", "{{\ncoffer://main/key }}", "{", "{{ ",
        "${{ secrets.KEY }}", "{{ include \"x\" . }}",
    ])
    func `keeps other braces as they are`(text: String) throws {
        #expect(try template(text).marks.isEmpty && filled(text) == text)
    }

    @Test func `has a brace before a mark`() throws {
        #expect(try filled("{{{ coffer://main/key }}}") == "{<main/key>}")
        #expect(try filled("{{{{ coffer://main/key }} }}") == "{{<main/key> }}")
    }

    @Test func `keeps bytes that are no text`() throws {
        let bytes: [UInt8] = [0xFF, 0, 0xFE] + Array("{{ coffer://main/key }}".utf8) + [0xC3, 0x0A, 0x0D]
        let template = try Template(Secret(bytes: bytes))
        #expect(template.filled([Secret(bytes: [0x80])]).bytes == [0xFF, 0, 0xFE, 0x80, 0xC3, 0x0A, 0x0D])
        #expect(template.byteCountBesides == 6)
    }

    @Test(arguments: [
        "{{ coffer://main/key", "{{ coffer://main/key }", "{{ coffer://main/key\n}}",
        "{{ coffer://main/key | made-up }}",
        "{{ coffer://main/ké }}", "{{ coffer://a {{ coffer://b }}",
    ])
    func `with a mark that is none is refused, with its line and nothing of it`(text: String) throws {
        let fault = try #require(throws: TemplateFault.self) { try template("\n\r\n" + text) }
        #expect(fault.line == 3 && !fault.reason.contains("main") && !fault.reason.contains("made"))
    }

    @Test func `tells the lines of its references, and of the first without braces`() throws {
        let found = try template("{{ coffer://a/b }}\r\n\n{{ coffer://c/d }} coffer://e/f\ncoffer://g/h")
        #expect(found.marks.map(\.line) == [1, 3] && found.marks.map(\.reference) == ["coffer://a/b", "coffer://c/d"])
        #expect(found.bareLine == 3)
        #expect(try template("{{ coffer://a/b }}").bareLine == nil)
    }

    @Test func `is what stands around the values, whatever they are`() throws {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let pieces = (0...Int.random(in: 0...4, using: &numbers)).map { _ in bytes(using: &numbers) }
            let values = pieces.dropFirst().map { _ in bytes(using: &numbers) + Array("{{ coffer://x/y }}".utf8) }
            let mark = Array("{{ coffer://main/key }}".utf8)
            let template = try Template(Secret(bytes: Array(pieces.joined(separator: mark))))
            try #require(template.marks.count == values.count)
            var expected = pieces[0]
            for (value, piece) in zip(values, pieces.dropFirst()) { expected += value + piece }
            #expect(template.filled(values.map { Secret(bytes: $0) }).bytes == expected)
        }
    }

    /// Any bytes in which no mark begins.
    private func bytes(using numbers: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...20, using: &numbers)).map { _ in UInt8.random(in: 0...0x7A, using: &numbers) }
    }
}
