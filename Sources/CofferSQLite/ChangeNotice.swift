// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// How one store tells the other processes of its commits.
///
/// Where no file can be made, because the disk is full, there is none; as soon as somebody could make one, it is used, so
/// that nobody who serves from memory misses a commit.
struct ChangeNotice {
    /// A change that has begun.
    struct Begun {
        fileprivate let path: String
        fileprivate let page: ChangePage?
        fileprivate let odd: UInt64

        /// Called after the commit, or after it failed.
        func end() {
            if let page { return page.end(odd) }
            // Somebody who made the file after we looked may have read the store before our commit.
            if AtomicFile.exists(path) { try? ChangePage(path).tellOfChange() }
        }
    }

    let path: String
    /// What this process has mapped since the store was opened.
    let page: ChangePage?

    /// - Throws: ``VaultError`` if there is a file and it can't be used: changes would go unnoticed.
    init(path: String) throws(VaultError) {
        self.path = path
        page = try Self.open(path)
    }

    private static func open(_ path: String) throws(VaultError) -> ChangePage? {
        do {
            return try ChangePage(path)
        } catch  where error.code == .diskFull {
            return nil
        }
    }

    /// The page that everybody sees now.
    private func current() throws(VaultError) -> ChangePage? {
        if let page, page.isInPlace() { return page }
        return try Self.open(path)
    }

    /// Called with the write lock held, before the commit of a change.
    func begin() throws(VaultError) -> Begun {
        let page = try current()
        return Begun(path: path, page: page, odd: page?.begin() ?? 0)
    }

    /// Called with the write lock held, before the commit of what is no change.
    func settle() { page?.settle() }

    /// Called after the commit of a wish.
    func tellOfWish() { page?.tellOfWish() }
}
