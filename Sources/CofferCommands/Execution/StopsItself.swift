// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A command that SIGINT and SIGTERM end in good order by itself: a server.
protocol StopsItself {}
