// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCommands

@Suite("HiddenLine") struct HiddenLineTests {
    /// Types bytes into a line of so many bytes.
    private func type(_ bytes: [UInt8], room: Int = 8) -> (text: String, last: HiddenLine.Step?) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
        defer { memory.deallocate() }
        var line = HiddenLine()
        var last: HiddenLine.Step?
        for byte in bytes { last = line.take(byte, in: memory) }
        return (String(decoding: memory[..<line.byteCount], as: UTF8.self), last)
    }

    @Test(arguments: [UInt8(0x0A), 0x0D])
    func `Enter completes the line`(enter: UInt8) {
        #expect(type(Array("ab".utf8) + [enter]) == ("ab", .complete))
    }

    @Test func `Ctrl-D ends the input in an empty line and completes another`() {
        #expect(type([0x04]) == ("", .end))
        #expect(type([0x61, 0x04]) == ("a", .complete))
    }

    @Test func `backspace takes back a whole character`() {
        #expect(type(Array("aé".utf8) + [0x7F]).text == "a")
        #expect(type(Array("a𝄞".utf8) + [0x08]).text == "a")
        #expect(type([0x7F, 0x7F, 0x61]).text == "a")
    }

    @Test func `a full line takes no more, but can be corrected`() {
        #expect(type(Array("12345678".utf8)) == ("12345678", .more))
        #expect(type(Array("123456789".utf8)) == ("12345678", .full))
        #expect(type(Array("12345678".utf8) + [0x7F, 0x39]) == ("12345679", .more))
    }

    @Test(arguments: [UInt8(0x00), 0x01, 0x09, 0x1B, 0x1F])
    func `a control character is told`(byte: UInt8) {
        #expect(type([0x61, byte]).last == .control)
    }
}
