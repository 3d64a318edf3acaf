// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault
import Foundation
import Testing

@testable import CofferSQLite

@Suite struct FileSystemTests {
    #if os(Linux)
    /// Numbers of statfs(2): those of networks, and of what people keep vaults on.
    @Test(arguments: [
        (UInt32(0x6969), true), (0x517B, true), (0xFF53_4D42, true), (0xFE53_4D42, true), (0x5346_414F, true),
        (0x0102_1997, true), (0x00C3_6400, true), (0xEF53, false), (0x0102_1994, false), (0x9123_683E, false),
        (0x5846_5342, false), (0x794C_7630, false), (0xF2F5_2010, false),
    ])
    func `a file system on a network is known by its number`(magic: UInt32, expected: Bool) {
        #expect((coffer_is_network_magic(magic) != 0) == expected)
    }
    #endif

    @Test func `what can't be looked at is not taken for one on a network`() throws {
        let folder = try TemporaryFolder()
        #expect(!FileSystemKind.isNetwork(folder.path))
        #expect(!FileSystemKind.isNetwork(folder.file("none")))
    }

    /// A disk of 64 KiB; only root can make one.
    @Test(.enabled(if: SmallDisk.isPossible, "no small disk can be mounted here"))
    func `a full disk leaves a store without a counter, and a counter made later hears of it`() throws {
        let folder = try TemporaryFolder()
        let disk = try SmallDisk(folder.path)
        let filler = try #require(FileHandle(forWritingAtPath: folder.write("", to: "filler")))
        var byteCount = 65536
        while byteCount > 0 {
            if (try? filler.write(contentsOf: Data(count: byteCount))) == nil { byteCount /= 2 }
        }
        let path = folder.file("page")
        let notice = try ChangeNotice(path: path)
        #expect(notice.page == nil)
        let begun = try notice.begin()
        // Between our look and our commit there is room again, and somebody begins to serve from memory.
        try filler.truncate(atOffset: 0)
        let other = try ChangePage(path)
        let before = other.value()
        begun.end()
        #expect(other.value() != before)
        #expect(other.value() & 1 == 0)
        // From now on it is told of as everywhere.
        let next = try notice.begin()
        #expect(other.value() & 1 == 1)
        next.end()
        #expect(other.value() & 1 == 0)
        withExtendedLifetime(disk) {}
    }
}
