// SPDX-License-Identifier: Apache-2.0
//
// The search for paths (RFC 4158), depth first, with verified signatures as edges.
#include "pki/chain_builder.h"
