// swift-tools-version: 6.2
// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// As in the package above, whose sources these are: in one package with them, a benchmark sees what they see.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

let package = Package(
    name: "coffer-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .target(name: "CPlatform"),
        .target(name: "CPostgres"),
        .target(name: "CSQLiteOptions", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CofferCredentials", swiftSettings: strict),
        .target(name: "CofferCrypto", dependencies: ["CSodium"], swiftSettings: strict),
        .target(name: "CofferVault", dependencies: ["CofferCredentials", "CofferCrypto"], swiftSettings: strict),
        .target(
            name: "CofferSQLite",
            dependencies: [
                "CPlatform", "CSQLiteOptions", "CofferCredentials", "CofferCrypto", "CofferVault",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .target(
            name: "CofferPostgres", dependencies: ["CPostgres", "CofferCrypto", "CofferVault"], swiftSettings: strict),
        .target(
            name: "CofferOAuth",
            dependencies: [
                "CofferCredentials",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .target(name: "CofferRotation", dependencies: ["CofferCredentials"], swiftSettings: strict),
        .target(
            name: "CofferDrivers", dependencies: ["CofferCredentials", "CofferOAuth", "CofferRotation"],
            swiftSettings: strict),
        .target(
            name: "CofferKeeper",
            dependencies: [
                "CPlatform", "CofferCredentials", "CofferCrypto", "CofferDrivers", "CofferOAuth", "CofferPostgres",
                "CofferRotation", "CofferSQLite", "CofferVault",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            // What the trait of that name compiles in.
            swiftSettings: strict + [.define("PostgreSQL")]),
        .target(
            name: "CofferSandbox",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: strict),
        .target(name: "PostgresServer", swiftSettings: strict),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "CPostgres", "CSQLiteOptions", "CSodium", "CofferCredentials", "CofferCrypto", "CofferKeeper",
                "CofferOAuth", "CofferPostgres", "CofferRotation", "CofferSQLite", "CofferSandbox", "CofferVault",
                "PostgresServer",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict),
    ]
)
