// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension PostgresDatabase {
    /// Users of one database, each with what a group of packaging/postgresql/roles.sql may do there.
    package struct Users: Sendable {
        package let reader: String
        package let issuer: String
        package let owner: String

        /// From the one who may least.
        package var all: [String] { [reader, issuer, owner] }
    }

    /// Makes the groups, and a user in each; the vault must be there.
    package func makeUsers() throws -> Users {
        try makeGroups()
        let users = Users(reader: "\(name)_reader", issuer: "\(name)_issuer", owner: "\(name)_owner")
        for (user, group) in zip(users.all, ["reader", "issuer", "owner"]) {
            try run("CREATE ROLE \(user) LOGIN IN ROLE coffer_\(group)")
        }
        return users
    }

    /// Makes the groups as a user, or as the database's administrator.
    package func makeGroups(as user: String? = nil) throws {
        let file = PostgresServer.repository.appendingPathComponent("packaging/postgresql/roles.sql").path
        try client("psql", ["--no-psqlrc", "-qAt", "-d", user.map { url(of: $0) } ?? url, "-f", file])
    }

    /// Makes a user who owns the database and may make groups, and nothing more, and gives its name.
    package func makeMaker() throws -> String {
        let maker = "\(name)_maker"
        try run("CREATE ROLE \(maker) LOGIN CREATEROLE")
        try run("ALTER DATABASE \(name) OWNER TO \(maker)")
        return maker
    }
}
