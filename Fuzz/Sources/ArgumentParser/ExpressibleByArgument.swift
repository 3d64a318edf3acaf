// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Stands in for swift-argument-parser's protocol, of which a length of time on the command line is one.
public protocol ExpressibleByArgument {
    /// Reads an argument.
    init?(argument: String)
    /// The value for help.
    var defaultValueDescription: String { get }
}
