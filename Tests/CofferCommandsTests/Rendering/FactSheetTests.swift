// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCommands

@Suite struct `A sheet of facts` {
    @Test func `puts the texts under each other and leaves out what is absent`() {
        #expect(FactSheet([("a", "1"), ("none", nil), ("long", "2")]).text == "a     1\nlong  2\n")
    }

    @Test func `shows foreign text without what steers a terminal`() {
        #expect(FactSheet([("a", "x\u{1B}[31m\ny")]).text == "a  x[31m y\n")
    }
}
