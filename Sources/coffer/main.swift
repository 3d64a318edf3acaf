// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCommands

await CofferProgram.main()
