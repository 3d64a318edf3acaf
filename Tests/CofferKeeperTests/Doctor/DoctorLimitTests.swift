// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import Testing

@testable import CofferKeeper

@Suite struct `The doctor's limits` {
    @Test(arguments: [(1 << 20, "failure"), (17 << 20, "warning"), (1 << 30, "ok")])
    func `say early that room runs out`(free: UInt64, result: String) {
        #expect(Doctor.space(free, "/v").result.rawValue == result)
    }

    @Test func `tell few inodes from a file system without any`() {
        #expect(Doctor.files(3, of: 1000, "/v").result == .failure)
        #expect(Doctor.files(500, of: 1000, "/v").result == .ok)
        #expect(Doctor.files(0, of: 0, "/v").result == .ok)
    }

    @Test func `tell swap on a disk from compressed memory`() {
        let header = "Filename\tType\tSize\tUsed\tPriority\n"
        #expect(Doctor.swapFinding(header).result == .ok)
        #expect(Doctor.swapFinding(header + "/dev/zram0 partition 1 0 100\n").result == .ok)
        #expect(Doctor.swapFinding(header + "/swapfile file 1 0 -2\n").result == .warning)
        #expect(Doctor.swapFinding(nil).result == .skipped)
    }

    @Test func `find a file that SQLite calls damaged, and a log that never shrinks`() {
        func condition(faults: [String] = [], log: Int64 = 0) -> StoreCondition {
            StoreCondition(
                journalMode: "wal", synchronous: 2, secureDelete: 1, applicationID: 0x434F_4646, format: 1,
                faults: faults, byteCount: 4096, logByteCount: log)
        }
        #expect(Doctor.integrity(condition()).result == .ok)
        #expect(Doctor.integrity(condition(faults: ["row 1 missing"])).code == "damaged")
        #expect(Doctor.log(condition(log: 1 << 20)).result == .ok)
        #expect(Doctor.log(condition(log: 1 << 30)).result == .warning)
        #expect(SQLiteStore.differences(in: condition()).isEmpty)
    }
}
