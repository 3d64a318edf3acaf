// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferAgent

@Suite struct `The room that descriptors leave` {
    @Test(arguments: [(1024, 30, 512), (1_000_000, 30, 512), (256, 30, 66), (192, 40, 1), (64, 63, 1), (16, 40, 1)])
    func `is for as many connections as there is left, and for one at least`(limit: Int, open: Int, count: Int) {
        #expect(DescriptorRoom(limit: limit, openCount: open).connections(atMost: 512) == count)
    }

    @Test func `is looked at in this very process`() {
        let room = DescriptorRoom.raised()
        #expect(room.limit > 3 && room.openCount >= 3 && room.openCount <= room.limit)
    }
}
