// SPDX-License-Identifier: Apache-2.0
//
// What is slow to compile and used by every command.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>
