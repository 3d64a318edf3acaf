// swift-tools-version: 6.2
// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// What every target of ours is built with; see docs/decisions/0001-package.md.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

/// All functions of shared libraries are looked up when a program that holds secrets starts: looking one up later leaves the
/// vector registers on the stack, where a copy of a secret went through; see docs/decisions/0009-memory.md.
let eager: [LinkerSetting] = [
    .unsafeFlags(["-Xlinker", "-z", "-Xlinker", "now"], .when(platforms: [.linux]))
]

let package = Package(
    name: "coffer",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "CofferAgentClient", targets: ["CofferAgentClient"]),
        .library(name: "CofferConfiguration", targets: ["CofferConfiguration"]),
        .library(name: "CofferCredentials", targets: ["CofferCredentials"]),
        .library(name: "CofferCredentialsTesting", targets: ["CofferCredentialsTesting"]),
        .library(name: "CofferHTTP", targets: ["CofferHTTP"]),
        .library(name: "CofferVault", targets: ["CofferVault"]),
        .library(name: "CofferOAuth", targets: ["CofferOAuth"]),
        .library(name: "CofferRotation", targets: ["CofferRotation"]),
        .library(name: "CofferKeeper", targets: ["CofferKeeper"]),
        .library(name: "CofferSandbox", targets: ["CofferSandbox"]),
        .executable(name: "coffer", targets: ["coffer"]),
    ],
    traits: [
        .trait(name: "PostgreSQL", description: "Vaults in PostgreSQL databases; loads libpq.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
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
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .target(name: "CPlatform"),
        // Declares libpq and loads it when a database is named: nothing is linked with it.
        .target(name: "CPostgres"),
        // Replaces free and realloc of whatever is linked with it: for programs, never for the library.
        .target(name: "CWipingAllocator"),
        .target(name: "CSQLiteOptions", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CofferCredentials", swiftSettings: strict),
        .target(
            name: "CofferCredentialsTesting", dependencies: ["CofferCredentials"], swiftSettings: strict),
        .target(
            name: "CofferConfiguration",
            dependencies: ["CofferCredentials", .product(name: "Configuration", package: "swift-configuration")],
            swiftSettings: strict),
        .target(
            name: "CofferHTTP",
            dependencies: [
                "CofferCredentials",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .target(
            name: "CofferAgentClient",
            dependencies: [
                "CofferCredentials",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "CofferCrypto", dependencies: ["CSodium"], swiftSettings: strict + [.strictMemorySafety()]),
        .target(
            name: "CofferVault", dependencies: ["CofferCredentials", "CofferCrypto"], swiftSettings: strict),
        .target(
            name: "CofferSQLite",
            dependencies: [
                "CPlatform", "CSQLiteOptions", "CofferCredentials", "CofferCrypto", "CofferVault",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        // Compiled in with the trait alone; see docs/decisions/0030-postgres-store.md.
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
        .target(name: "CofferToolProtocols", dependencies: ["CofferCredentials"], swiftSettings: strict),
        .target(name: "CofferMasking", dependencies: ["CofferCredentials"], swiftSettings: strict),
        .target(name: "CofferInjection", dependencies: ["CofferCredentials"], swiftSettings: strict),
        .target(name: "CofferRotation", dependencies: ["CofferCredentials"], swiftSettings: strict),
        .target(
            name: "CofferDrivers", dependencies: ["CofferCredentials", "CofferOAuth", "CofferRotation"],
            swiftSettings: strict),
        .target(
            name: "CofferDescriptions",
            dependencies: ["CofferOAuth", .product(name: "Yams", package: "Yams")], swiftSettings: strict),
        .target(
            name: "CofferKeeper",
            dependencies: [
                "CPlatform", "CofferCredentials", "CofferCrypto", "CofferDrivers", "CofferOAuth", "CofferRotation",
                "CofferSQLite", "CofferVault",
                .target(name: "CofferPostgres", condition: .when(traits: ["PostgreSQL"])),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict),
        .target(
            name: "CofferAgent",
            dependencies: [
                "CofferCredentials", "CofferKeeper",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "CofferProxy",
            dependencies: [
                "CofferAgent", "CofferCredentials", "CofferHTTP",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
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
        .target(
            name: "CofferDrill",
            dependencies: [
                "CofferCredentials", "CofferDrivers", "CofferKeeper", "CofferOAuth", "CofferRotation", "CofferSandbox",
                "CofferVault",
            ],
            swiftSettings: strict),
        .target(
            name: "CofferCommands",
            dependencies: [
                "CPlatform", "CWipingAllocator", "CofferAgent", "CofferAgentClient", "CofferCredentials",
                "CofferDescriptions", "CofferDrill",
                "CofferInjection", "CofferKeeper", "CofferMasking", "CofferOAuth", "CofferProxy", "CofferRotation",
                "CofferSandbox", "CofferToolProtocols", "CofferVault",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "coffer", dependencies: ["CofferCommands"], swiftSettings: strict, linkerSettings: eager),
        // Changes every byte of a vault, and judges what becomes of it: see docs/reliability.md.
        .target(name: "CAnswers", path: "Hostile/CAnswers"),
        .executableTarget(
            name: "HostileBytes",
            dependencies: [
                "CAnswers", "CofferCredentials", "CofferCrypto", "CofferPostgres", "CofferSQLite", "CofferVault",
                "PostgresServer",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Hostile/HostileBytes", swiftSettings: strict),
        // Holds secrets and is searched for them: see Tests/Memory.
        .executableTarget(
            name: "MemorySubject",
            dependencies: ["CPlatform", "CWipingAllocator", "CofferCredentials", "CofferKeeper", "CofferOAuth"],
            path: "Tests/MemorySubject", swiftSettings: strict, linkerSettings: eager),
        .testTarget(
            name: "CofferCredentialsTests", dependencies: ["CofferCredentials", "CofferCredentialsTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "CofferCredentialsTestingTests", dependencies: ["CofferCredentials", "CofferCredentialsTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "CofferConfigurationTests",
            dependencies: [
                "CofferConfiguration", "CofferCredentials", "CofferCredentialsTesting",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ConfigurationTesting", package: "swift-configuration"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferHTTPTests",
            dependencies: [
                "CofferCredentials", "CofferCredentialsTesting", "CofferHTTP",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferDescriptionsTests",
            // Yams reads what CofferInjection writes.
            dependencies: [
                "CofferCredentials", "CofferDescriptions", "CofferInjection", "CofferOAuth",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .testTarget(name: "CofferCryptoTests", dependencies: ["CofferCrypto"], swiftSettings: strict),
        .testTarget(
            name: "CofferVaultTests",
            dependencies: [
                "CofferCredentials", "CofferCrypto", "CofferPostgres", "CofferSQLite", "CofferVault", "PostgresServer",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferSQLiteTests",
            dependencies: [
                "CPlatform", "CofferCredentials", "CofferCrypto", "CofferSQLite", "CofferVault",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferPostgresTests",
            dependencies: ["CofferCrypto", "CofferPostgres", "CofferVault", "PostgresServer"], swiftSettings: strict),
        .testTarget(
            name: "CofferOAuthTests",
            dependencies: [
                "CofferCredentials", "CofferCredentialsTesting", "CofferDescriptions", "CofferDrivers", "CofferOAuth",
                "CofferRotation", "CofferSandbox",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferToolProtocolsTests", dependencies: ["CofferCredentials", "CofferToolProtocols"],
            swiftSettings: strict),
        .testTarget(
            name: "CofferInjectionTests", dependencies: ["CofferCredentials", "CofferInjection"], swiftSettings: strict),
        .testTarget(
            name: "CofferMaskingTests", dependencies: ["CofferCredentials", "CofferMasking"], swiftSettings: strict),
        .testTarget(
            name: "CofferRotationTests", dependencies: ["CofferCredentials", "CofferRotation"], swiftSettings: strict),
        .testTarget(
            name: "CofferDriversTests",
            dependencies: ["CofferCredentials", "CofferDrivers", "CofferOAuth", "CofferRotation", "CofferSandbox"],
            swiftSettings: strict),
        .testTarget(
            name: "CofferSandboxTests",
            dependencies: [
                "CofferSandbox",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        // Sees of the sandbox what another package does: nothing that is `package`.
        .testTarget(
            name: "CofferSandboxConsumerTests",
            dependencies: [
                "CofferSandbox",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            packageAccess: false, swiftSettings: strict),
        .testTarget(
            name: "CofferKeeperTests",
            dependencies: [
                "CofferAgentClient", "CofferConfiguration", "CofferCredentials", "CofferCredentialsTesting",
                "CofferCrypto", "CofferDrivers",
                "CofferHTTP", "CofferKeeper", "CofferOAuth", "CofferPostgres", "CofferRotation", "CofferSQLite",
                "CofferSandbox", "CofferVault",
                "GrantServer", "PostgresServer",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferAgentClientTests",
            dependencies: [
                "CofferAgentClient", "CofferCredentials", "CofferCredentialsTesting",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferAgentTests",
            dependencies: [
                "CofferAgent", "CofferCredentials", "CofferCredentialsTesting", "CofferKeeper", "CofferOAuth",
                "CofferVault",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferProxyTests",
            dependencies: [
                "CofferAgent", "CofferCredentials", "CofferHTTP", "CofferProxy",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferDrillTests",
            dependencies: [
                "CofferCredentials", "CofferDrill", "CofferDrivers", "CofferKeeper", "CofferOAuth", "CofferRotation",
                "CofferSandbox",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CofferCommandsTests",
            dependencies: [
                "CPlatform", "CWipingAllocator", "CofferAgentClient", "CofferCommands", "CofferCredentials",
                "CofferCredentialsTesting",
                "CofferKeeper", "CofferOAuth", "CofferRotation", "CofferVault",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        // A strict authorization server for the tests: in memory, or on loopback.
        .target(
            name: "GrantServer",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/GrantServer", swiftSettings: strict),
        // A PostgreSQL server of the tests' own, with a database for each.
        .target(name: "PostgresServer", path: "Tests/PostgresServer", swiftSettings: strict),
        // A program over the library, for the tests of what reaches other processes.
        .executableTarget(
            name: "CofferAsker", dependencies: ["CofferCredentials", "CofferKeeper"], path: "Tests/CofferAsker",
            swiftSettings: strict),
        .testTarget(
            name: "CofferEndToEndTests",
            dependencies: [
                "CofferAgent", "CofferAgentClient", "CofferAsker", "coffer", "CofferCredentials",
                "CofferCredentialsTesting", "CofferKeeper", "CofferOAuth", "CofferSQLite", "CofferSandbox",
                "CofferVault", "GrantServer", "PostgresServer",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
    ]
)
