// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

extension FileCondition {
    /// What is wrong with it as something that only its owner may touch, and how to mend that; nil if nothing is.
    var fault: (finding: String, fix: String)? {
        if isLink { return ("\(path) is a symbolic link", "put the file itself there") }
        if !isOurs { return ("\(path) belongs to another user", "chown it to yourself, or remove it") }
        let mode = isFolder ? "700" : "600"
        if isOpenToOthers {
            return ("\(path) has mode \(self.mode): others may read or change it", "chmod \(mode) \(path)")
        }
        if !isUsable { return ("\(path) has mode \(self.mode): you can't use it yourself", "chmod \(mode) \(path)") }
        return nil
    }
}
